"""BIO tags -> mentions: one rule for all readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from knowcoderx.corpora._card import Labels
from knowcoderx.types import Mention, Span

__all__ = ["Tags", "UnknownTag"]


class UnknownTag(Exception):
    """A tag that cannot be read. ``index`` is the token's, once known."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.index = 0


class Tags(dict[str, tuple[str, str, str | None] | None]):
    """Reads tags against the labels of a corpus; as a dict, the cache of those seen.

    A value is None (outside) or ``(prefix, label, class)``. A tag is split at its first hyphen only,
    so ``B-GPE-city`` begins a ``GPE-city`` and ``B-I-cell`` an ``I-cell``.

    The repair rule: I- continues a mention of the same label and begins one everywhere else
    (``i_without_b``). A known label without prefix does the same (``tag_without_prefix``).
    """

    def __init__(self, labels: Labels, repairs: Counter[str], rewrite: Callable[[str], str] | None = None) -> None:
        super().__init__(O=None)
        self.labels = labels
        self.repairs = repairs
        self.rewrite = rewrite

    def __missing__(self, tag: str) -> tuple[str, str, str | None] | None:
        written = self.rewrite(tag) if self.rewrite else tag
        prefix, hyphen, label = written.partition("-")
        if not hyphen or prefix not in ("B", "I"):
            prefix, label = "", written
        if written == "O":
            self[tag] = None
        elif label in self.labels:
            self[tag] = (prefix, label, self.labels[label])
        elif prefix:
            raise UnknownTag(self.labels.unknown(label))
        else:
            raise UnknownTag(f"tag {tag!r} is neither O nor B- or I- and a label; {self.labels.unknown(label)}")
        return self[tag]

    def check(self, tag: str, index: int) -> None:
        """Raise `UnknownTag` with the token's index if the tag cannot be read."""
        try:
            self[tag]
        except UnknownTag as error:
            error.index = index
            raise

    def mentions(self, tags: Sequence[str], starts: Sequence[int], tokens: Sequence[str]) -> tuple[Mention, ...]:
        """The mentions of one sentence.

        Args:
            tags, starts, tokens: for each token its tag, its offset in the text and itself.

        Raises:
            UnknownTag: with the index of its token.
        """
        found = []
        for first, last, kind in self._runs(tags):
            if kind is None:
                self.repairs["left_out"] += 1
            else:
                found.append(Mention(kind, (Span(starts[first], starts[last] + len(tokens[last])),)))
        return tuple(found)

    def _runs(self, tags: Sequence[str]) -> list[tuple[int, int, str | None]]:
        """(first token, last token, class) of each mention."""
        runs: list[tuple[int, int, str | None]] = []
        begin, current, kind = 0, "", None
        try:
            steps = [self[tag] for tag in tags]
        except UnknownTag:
            for index, tag in enumerate(tags):
                self.check(tag, index)
            raise
        for index, read in enumerate(steps):
            if read is None:
                if current:
                    runs.append((begin, index - 1, kind))
                    current = ""
                continue
            prefix, label, found = read
            if not prefix:
                self.repairs["tag_without_prefix"] += 1
            if prefix != "B" and label == current:
                continue
            if current:
                runs.append((begin, index - 1, kind))
            if prefix == "I":
                self.repairs["i_without_b"] += 1
            begin, current, kind = index, label, found
        if current:
            runs.append((begin, len(tags) - 1, kind))
        return runs
