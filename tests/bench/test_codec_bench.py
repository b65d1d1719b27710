"""Reading answers keeps up with Python's own parser, and its time grows with the length only."""

from __future__ import annotations

import ast
import timeit
from collections.abc import Callable

import pytest

from knowcoderx import codec, ground

pytestmark = pytest.mark.bench

TYPES = frozenset({"Person", "City"})
NAMES = [f"Mina Park {n}" if n % 2 else f"张伟{n}" for n in range(20)]
TEXT = "，".join(NAMES)
ANSWER = f"results = [{', '.join(f'Person({chr(34)}{name}{chr(34)})' for name in NAMES)}]"


def seconds(work: Callable[[], object], number: int = 50) -> float:
    """The best of several runs: what the code costs when nothing else disturbs it."""
    return min(timeit.repeat(work, number=number, repeat=12)) / number


def test_an_answer_of_20_mentions_is_decoded_about_as_fast_as_python_parses_it() -> None:
    parsing = seconds(lambda: ast.parse(ANSWER))
    decoding = seconds(lambda: codec.decode_mentions(ANSWER, TYPES))
    assert len(codec.decode_mentions(ANSWER, TYPES).items) == 20
    assert decoding < 2 * parsing, f"decoding costs {decoding / parsing:.1f} times plain ast.parse"


def test_grounding_adds_no_more_than_a_few_parses() -> None:
    def grounded() -> int:
        return len(ground.place_surfaces(TEXT, codec.decode_mentions(ANSWER, TYPES).items)[0])

    parsing = seconds(lambda: ast.parse(ANSWER))
    both = seconds(grounded)
    assert grounded() == 20
    assert both < 6 * parsing, f"decoding and grounding cost {both / parsing:.1f} times plain ast.parse"


@pytest.mark.parametrize(
    "item",
    ['Person("Ali"), ', 'Person("צה"ל"), ', "Person(x.y), ", 'Person("a\nb"), ', 'Person("a")#, ', "[(", '"', "'\\"],
)
def test_eight_times_the_junk_takes_about_eight_times_as_long(item: str) -> None:
    def read(times: int) -> Callable[[], object]:
        text = "results = [" + item * times
        return lambda: codec.decode_mentions(text, TYPES)

    short, long = seconds(read(250), number=2), seconds(read(2000), number=2)
    assert long < 24 * short, f"8 times the text takes {long / short:.0f} times as long"
