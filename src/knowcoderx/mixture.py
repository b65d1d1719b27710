"""Which examples a model sees, how often, and which classes a prompt offers.

Randomness is keyed by document, so adding a corpus changes no other corpus's examples. Whoever wants
the counts hands in a `Counter`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from knowcoderx import codec, prompts, syntax
from knowcoderx.config import Mixture, Prompt
from knowcoderx.schema import Ontology
from knowcoderx.syntax import Call
from knowcoderx.types import Document, Example, Mention, Pair, Task, surface

__all__ = ["absent_types", "alignment_examples", "evaluation_examples", "shown_types", "training_examples"]


def shown_types(
    gold: Collection[str], every: Sequence[str], *, negatives: float, most: int, rng: random.Random
) -> list[str]:
    """The right classes among a few wrong ones, in the order of ``every``.

    Wrong ones are ``negatives`` times as many as the right ones, rounded up, and at least one where one
    exists. No more than ``most`` classes; what does not fit is right ones, drawn by lot, so that a wrong
    one remains. A sentence without any mention is shown between one and all of the classes.

    Raises:
        LookupError: a gold class that ``every`` does not have.
    """
    if unknown := sorted(set(gold) - set(every)):
        raise LookupError(f"mentions of {', '.join(unknown)}, which the ontology lacks. It has: {', '.join(every)}")
    right = [t for t in every if t in set(gold)]
    wrong = [t for t in every if t not in set(gold)]
    if not right:
        return absent_types(gold, every, most=most, rng=rng)
    extra = min(max(1, ceil(negatives * len(right))), len(wrong), max(0, most - 1))
    kept = rng.sample(right, min(len(right), most - extra))
    shown = {*kept, *rng.sample(wrong, extra)}
    return [t for t in every if t in shown]


def absent_types(gold: Collection[str], every: Sequence[str], *, most: int, rng: random.Random) -> list[str]:
    """Classes of which the sentence has no mention: between one and all of them, ``most`` at most."""
    wrong = [t for t in every if t not in set(gold)]
    shown = set(rng.sample(wrong, rng.randint(1, min(len(wrong), most)))) if wrong else set()
    return [t for t in every if t in shown]


def training_examples(
    documents: Iterable[Document],
    ontologies: Mapping[str, Ontology],
    *,
    mixture: Mixture,
    prompt: Prompt,
    seed: int,
    counts: Counter[str] | None = None,
) -> Iterator[Example]:
    """One example a document, but for the sentences without mentions that the mixture leaves out.

    ``ontologies`` maps a corpus (``crossner``) or, where classes differ by split, the first two parts of
    an id (``crossner/en-ai-train``) to the classes that are annotated there.

    Raises:
        LookupError: a corpus without an ontology, or a mention of a class that its ontology lacks.
    """
    counts = Counter() if counts is None else counts
    for document in documents:
        drawn = _Draw.of(document.id, [m.type for m in document.mentions], ontologies, mixture, prompt, seed)
        if not drawn.kept:
            counts["dropped_empty"] += 1
            continue
        shown = drawn.ontology.only(drawn.types)
        completion = codec.encode_mentions(document, drawn.types)
        _count(counts, document, drawn)
        yield Example(
            document.id, Task.NER, document.lang,
            prompts.extraction(shown, document.text, form=prompt.form), completion, drawn.types,
        )  # fmt: skip


def evaluation_examples(
    documents: Iterable[Document], ontology: Ontology, *, prompt: Prompt, counts: Counter[str] | None = None
) -> Iterator[Example]:
    """Every class in its declared order for every document; nothing is drawn.

    More classes than a prompt may hold are spread evenly over several: ``id#0``, ``id#1``, ...
    """
    counts = Counter() if counts is None else counts
    groups = _groups(ontology.of_root("Entity").names, prompt.types_per_prompt)
    schemas = [ontology.only(group) for group in groups]
    for document in documents:
        counts["documents"] += 1
        counts["split_prompts"] += len(groups) if len(groups) > 1 else 0
        for number, (types, schema) in enumerate(zip(groups, schemas, strict=True)):
            yield Example(
                document.id if len(groups) == 1 else f"{document.id}#{number}", Task.NER, document.lang,
                prompts.extraction(schema, document.text, form=prompt.form),
                codec.encode_mentions(document, types), types,
            )  # fmt: skip


def alignment_examples(
    pairs: Iterable[Pair],
    ontologies: Mapping[str, Ontology],
    *,
    mixture: Mixture,
    prompt: Prompt,
    seed: int,
    counts: Counter[str] | None = None,
) -> Iterator[Example]:
    """Translated instance prediction, both directions, from the accepted pairs.

    The prompt has one text with its results and the other text; the completion has the other's results
    in the order of the first. Ids are ``source>lang`` and, turned round, ``source<lang``.
    """
    counts = Counter() if counts is None else counts
    for pair in pairs:
        if not pair.accepted:
            counts["rejected"] += 1
            continue
        links = [(pair.source.mentions[k.source], pair.target.mentions[k.target]) for k in pair.links]
        turned = [(there, here) for here, there in links]
        for mark, here, there, linked in (
            (">", pair.source, pair.target, links),
            ("<", pair.target, pair.source, turned),
        ):
            name = f"{pair.source.id}{mark}{pair.target.lang}"
            drawn = _Draw.of(name, [m.type for m, _ in linked], ontologies, mixture, prompt, seed)
            if not drawn.kept:
                counts["dropped_empty"] += 1
                continue
            _count(counts, there, drawn)
            yield _alignment(name, here, there, linked, drawn, prompt)


def _alignment(
    name: str,
    here: Document,
    there: Document,
    links: Sequence[tuple[Mention, Mention]],
    drawn: _Draw,
    prompt: Prompt,
) -> Example:
    shown = [(m, n) for m, n in links if m.type in drawn.types and n.type in drawn.types]
    shown.sort(key=lambda link: (link[0].start, link[0].end, link[0].type))
    given = [Call(m.type, (surface(here.text, m.spans),)) for m, _ in shown]
    wanted = [Call(n.type, (surface(there.text, n.spans),)) for _, n in shown]
    schema = drawn.ontology.only(drawn.types)
    text = prompts.alignment(schema, here.text, given, there.text, form=prompt.form)
    return Example(name, Task.NER, there.lang, text, syntax.write(wanted), drawn.types)


@dataclass(frozen=True, slots=True)
class _Draw:
    """What the lot decided for one document. ``left_out`` counts its classes that are not offered."""

    kept: bool
    none_present: bool
    types: tuple[str, ...]
    left_out: int
    ontology: Ontology

    @classmethod
    def of(
        cls,
        name: str,
        gold: Sequence[str],
        ontologies: Mapping[str, Ontology],
        mixture: Mixture,
        prompt: Prompt,
        seed: int,
    ) -> _Draw:
        """Draw with a generator of the document's own.

        Everything is drawn always, used or not, so that changing one setting changes nothing else.
        """
        rng = random.Random(f"{seed}:{name}")
        keep, without = rng.random() < mixture.empty, rng.random() < mixture.none_present
        ontology = _ontology(name, ontologies)
        every = ontology.of_root("Entity").names
        most = prompt.types_per_prompt
        types = shown_types(gold, every, negatives=mixture.negatives, most=most, rng=rng)
        absent = absent_types(gold, every, most=most, rng=rng)
        none_present = bool(gold and without and absent)
        types = absent if none_present else types
        left_out = 0 if none_present else len(set(gold) - set(types))
        if mixture.shuffle_types:
            rng.shuffle(types)
        return cls(bool(gold) or keep, none_present, tuple(types), left_out, ontology)


def _ontology(name: str, ontologies: Mapping[str, Ontology]) -> Ontology:
    corpus, _, rest = name.partition("/")
    for known in (f"{corpus}/{rest.partition('/')[0]}", corpus):
        if known in ontologies:
            return ontologies[known]
    raise LookupError(f"document {name!r}: no ontology for corpus {corpus!r}. Known: {', '.join(sorted(ontologies))}")


def _groups(types: Sequence[str], most: int) -> list[tuple[str, ...]]:
    """As few groups as possible, of even size, in order; one empty group for no types."""
    number = max(1, ceil(len(types) / most))
    borders = [round(i * len(types) / number) for i in range(number + 1)]
    return [tuple(types[a:b]) for a, b in pairwise(borders)]


def _count(counts: Counter[str], document: Document, drawn: _Draw) -> None:
    counts["kept"] += 1
    counts["none_present"] += drawn.none_present
    counts["empty"] += not document.mentions
    counts["types_left_out"] += drawn.left_out
    counts[f"lang_{document.lang}"] += 1
    counts[f"corpus_{document.id.partition('/')[0]}"] += 1
