"""Labels of one text, carried over to its translation.

Every run of units of the target is a candidate. A candidate for a mention is good when it explains
the mention's units and nothing else (`knowcoderx.parallel.candidates`), by the evidence of
`knowcoderx.parallel.evidence`. Who gets which place is one assignment for the whole text, so no
place is used twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped, unused-ignore]

from knowcoderx.parallel import evidence
from knowcoderx.parallel.candidates import Candidate, candidates_of, covered
from knowcoderx.parallel.checks import same_nesting
from knowcoderx.parallel.cooccurrence import Cooccurrence
from knowcoderx.parallel.dictionary import Dictionary
from knowcoderx.parallel.units import segment
from knowcoderx.types import Document, Mention, Place

__all__ = ["Projection", "assign", "project"]


@dataclass(frozen=True, slots=True)
class Projection:
    """What became of each mention of the source, in its order.

    ``mentions[i]`` is None where no place was good enough, then ``reasons[i]`` says why; ``scores[i]``
    is the evidence for the place, or the best that there was.
    """

    mentions: tuple[Mention | None, ...]
    scores: tuple[float, ...]
    reasons: tuple[str, ...]


def project(
    source: Document,
    target_text: str,
    *,
    min_score: float,
    cooccurrence: Cooccurrence | None = None,
    dictionary: Dictionary | None = None,
) -> Projection:
    """Find each mention of ``source`` in a translation of its text.

    Deterministic. Candidates under ``min_score`` are not used. A discontinuous mention is looked for as
    one run of words.
    """
    rows, columns = segment(source.text), segment(target_text)
    places = list(dict.fromkeys(mention.spans for mention in source.mentions))
    inside = [covered(spans, rows) for spans in places]
    found = evidence.links(
        source.text, rows, target_text, columns,
        wanted={row for mine in inside for row in mine}, cooccurrence=cooccurrence, dictionary=dictionary,
    )  # fmt: skip
    candidates = [candidates_of(source.text, rows, target_text, columns, mine, found) for mine in inside]
    chosen = assign(places, candidates, min_score=min_score)
    at = [places.index(mention.spans) for mention in source.mentions]
    return _result(source.mentions, [candidates[i] for i in at], [chosen[i] for i in at], min_score=min_score)


def _result(
    mentions: Sequence[Mention],
    candidates: Sequence[Sequence[Candidate]],
    chosen: Sequence[Candidate | None],
    *,
    min_score: float,
) -> Projection:
    found: list[Mention | None] = []
    scores, reasons = [], []
    for mention, offered, choice in zip(mentions, candidates, chosen, strict=True):
        best = max((c.score for c in offered), default=0.0)
        found.append(Mention(mention.type, choice.place) if choice else None)
        scores.append(choice.score if choice else best)
        taken = "its place belongs to another mention"
        weak = f"best evidence {best:.2f} is under {min_score:.2f}" if offered else "no evidence"
        reasons.append("" if choice else taken if best >= min_score else weak)
    return Projection(tuple(found), tuple(scores), tuple(reasons))


def assign(
    places: Sequence[Place], candidates: Sequence[Sequence[Candidate]], *, min_score: float
) -> list[Candidate | None]:
    """Give every mention at most one candidate so that the sum of scores is large and no places collide.

    Two places may overlap only as those of the source do: equal where they are equal, one inside the
    other where one is inside the other. The Hungarian method gives the best assignment of distinct
    places; where two of them still collide, the weaker loses that candidate and the rest is solved
    again, which ends because every round takes a candidate away.
    """
    offered = [[c for c in own if c.score >= min_score and c.score > 0] for own in candidates]
    while True:
        chosen = _best(offered)
        collision = _collision(places, chosen)
        if collision is None:
            return chosen
        offered[collision] = [c for c in offered[collision] if c != chosen[collision]]


def _best(offered: Sequence[Sequence[Candidate]]) -> list[Candidate | None]:
    """The assignment of largest total score; a column of its own lets each mention stay without."""
    spots = sorted({c.place for own in offered for c in own})
    column = {spot: i for i, spot in enumerate(spots)}
    gain = np.full((len(offered), len(spots) + len(offered)), -1.0)
    for row, own in enumerate(offered):
        gain[row, len(spots) + row] = 0.0
        for candidate in own:
            gain[row, column[candidate.place]] = candidate.score
    chosen: list[Candidate | None] = [None] * len(offered)
    for row, at in zip(*linear_sum_assignment(gain, maximize=True), strict=True):
        if at < len(spots):
            chosen[row] = next(c for c in offered[row] if c.place == spots[at])
    return chosen


def _collision(places: Sequence[Place], chosen: Sequence[Candidate | None]) -> int | None:
    """The mention that has to give way, if any two collide: the one with the lower score, or the later."""
    held = [(i, c) for i, c in enumerate(chosen) if c is not None]
    for at, (first, one) in enumerate(held):
        for second, other in held[at + 1 :]:
            if not same_nesting(places[first], places[second], one.place, other.place):
                return first if one.score < other.score else second
    return None
