"""Whatever the texts: nothing raises, places are real, none is used twice, and the same in gives the same out."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from knowcoderx.parallel import Cooccurrence, numerals, project
from knowcoderx.parallel.candidates import Candidate
from knowcoderx.parallel.checks import check, same_nesting
from knowcoderx.parallel.projection import assign
from knowcoderx.parallel.units import Kind, segment
from knowcoderx.types import Document, Mention, Place, place

WORDS = (
    "Anna",
    "Suzhou",
    "2014",
    "in",
    "left",
    "苏州",
    "安娜",
    "2014年",
    "离开",
    "Анна",
    "दिल्ली",
    "กรุงเทพ",
    "·",
    ",",
    "“",
    "”",
)
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.text(max_size=30)


@st.composite
def labelled(draw: st.DrawFn) -> Document:
    """A text with up to four mentions anywhere, overlapping as they like."""
    text = draw(texts.filter(bool))
    starts = draw(st.lists(st.integers(0, len(text) - 1), max_size=4))
    spots = [place(a, draw(st.integers(a + 1, len(text)))) for a in starts]
    return Document("x/en-a/0", "en", text, tuple(Mention(draw(st.sampled_from(("A", "B"))), p) for p in spots))


@settings(max_examples=150, deadline=None)
@given(labelled(), texts)
def test_projection_gives_real_places_that_lie_as_in_the_source(source: Document, target: str) -> None:
    learned = Cooccurrence.fit([(source.text, target)])
    found = project(source, target, min_score=0.4, cooccurrence=learned)
    assert found == project(source, target, min_score=0.4, cooccurrence=learned)
    assert len(found.mentions) == len(found.scores) == len(found.reasons) == len(source.mentions)
    held = [(s, f) for s, f in zip(source.mentions, found.mentions, strict=True) if f]
    Document("x/zh-a/0", "zh", target, tuple(f for _, f in held))
    assert all(s.type == f.type for s, f in held)
    for i, (s, f) in enumerate(held):
        assert all(same_nesting(s.spans, other.spans, f.spans, place_.spans) for other, place_ in held[i + 1 :])
    assert all(bool(reason) == (m is None) for m, reason in zip(found.mentions, found.reasons, strict=True))
    assert all(0 <= score <= 1 for score in found.scores)


@settings(max_examples=150, deadline=None)
@given(labelled())
@example(Document("x/en-a/0", "en", "\u0300"))  # a word that is an accent alone
@example(Document("x/en-a/0", "en", "\ufe70"))  # a letter that NFKC makes a space and an accent
def test_a_text_projected_onto_itself_keeps_every_mention_of_whole_words(source: Document) -> None:
    assume(not set(source.text) & set("·・‧•"))  # a dot joins two words to one name
    words = [u for u in segment(source.text) if u.kind is not Kind.MARK]
    whole = Document(source.id, "en", source.text, tuple(Mention("A", place(u.start, u.end)) for u in words[:3]))
    found = project(whole, source.text, min_score=0.4)
    assert all(m is not None for m in found.mentions)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_units_cover_everything_but_white_space_in_order(text: str) -> None:
    units = segment(text)
    assert "".join(text[u.start : u.end] for u in units) == "".join(text.split()) or any(
        c.isspace() for u in units for c in text[u.start : u.end]
    )
    assert all(a.end <= b.start for a, b in pairwise(units))


@example("0.0.0亿")
@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789.,年月日一二三十百千万亿〇零 March星期", max_size=20))
def test_numerals_never_raise_and_lie_inside_the_text(text: str) -> None:
    assert all(0 <= v.start < v.end <= len(text) for v in numerals.values(text))


spans = st.tuples(st.integers(0, 12), st.integers(1, 4)).map(lambda p: place(p[0], p[0] + p[1]))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_an_assignment_has_no_collisions_and_only_offered_places(data: st.DataObject) -> None:
    places: list[Place] = data.draw(st.lists(spans, max_size=4, unique=True))
    candidate = st.builds(Candidate, spans, st.floats(0, 1))
    offered = [data.draw(st.lists(candidate, max_size=5, unique_by=lambda c: c.place)) for _ in places]
    chosen = assign(places, offered, min_score=0.3)
    assert all(c is None or (c in own and c.score >= 0.3) for c, own in zip(chosen, offered, strict=True))
    held = [(p, c.place) for p, c in zip(places, chosen, strict=True) if c]
    assert all(same_nesting(p, q, x, y) for i, (p, x) in enumerate(held) for q, y in held[i + 1 :])


@settings(max_examples=100, deadline=None)
@given(labelled(), labelled())
def test_checks_never_raise(source: Document, target: Document) -> None:
    found = (*target.mentions, *([None] * len(source.mentions)))[: len(source.mentions)]
    reasons = check(source, target, found, max_length_ratio=3.0)
    assert len(set(reasons)) == len(reasons)
