"""Universal NER files: five TAB columns (index, token, tag, ...) and comments with the sentence as written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from knowcoderx.corpora._card import CorpusError, Labels, Reader, Sentence
from knowcoderx.corpora._tags import Tags, UnknownTag
from knowcoderx.corpora._text import blocks

__all__ = ["iob2"]

TEXT = "# text = "
KEY = "# sent_id = "
TOKEN_COLUMN, TAG_COLUMN = 1, 2


def iob2(*, joiner: str = " ") -> Reader:
    """A reader of IOB2 files as Universal NER publishes them.

    The text is that of the ``# text =`` line when the tokens follow each other in it with nothing but
    spaces between; else the tokens with ``joiner`` between them (repairs ``text_not_aligned`` and
    ``no_text_line``). ``# sent_id =`` gives the key.
    """

    def read(path: Path, labels: Labels, repairs: Counter[str]) -> Iterator[Sentence]:
        tags = Tags(labels, repairs)
        for number, lines in blocks(path, repairs):
            said = {TEXT: "", KEY: ""}
            first = 0
            while first < len(lines) and lines[first].startswith("#"):
                for mark in said:
                    if lines[first].startswith(mark):
                        said[mark] = lines[first][len(mark) :].strip()
                first += 1
            rows = [line.split("\t") for line in lines[first:]]
            tokens = _tokens(path, number + first, rows)
            if not any(tokens):
                repairs["sentence_without_tokens"] += 1
                continue
            text, starts = _place(said[TEXT], tokens, joiner, repairs)
            try:
                mentions = tags.mentions([row[TAG_COLUMN] for row in rows], starts, tokens)
            except UnknownTag as error:
                raise CorpusError(f"{path}:{number + first + error.index}: {error.reason}") from None
            yield Sentence(text, mentions, said[KEY])

    return read


def _tokens(path: Path, number: int, rows: list[list[str]]) -> list[str]:
    for index, row in enumerate(rows):
        if len(row) <= TAG_COLUMN or not row[TOKEN_COLUMN].strip():
            raise CorpusError(
                f"{path}:{number + index}: expected index TAB token TAB tag, got {' | '.join(row)[:60]!r}. "
                "Correct the line, or get the file again."
            )
    return [row[TOKEN_COLUMN] for row in rows]


def _place(text: str, tokens: Sequence[str], joiner: str, repairs: Counter[str]) -> tuple[str, list[int]]:
    """The text of a sentence, and where in it each token begins."""
    starts: list[int] = []
    at = 0
    for token in tokens:
        found = at if text.startswith(token, at) else text.find(token, at)
        if found < 0 or text[at:found].strip():
            break
        starts.append(found)
        at = found + len(token)
    if len(starts) == len(tokens) and not text[at:].strip():
        return text, starts
    repairs["text_not_aligned" if text else "no_text_line"] += 1
    joined = joiner.join(tokens)
    return joined, list(accumulate((len(token) + len(joiner) for token in tokens[:-1]), initial=0))
