"""The folder is the registry: every module of this package without a leading _ is a corpus."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from knowcoderx.corpora._card import Corpus, CorpusError, did_you_mean

__all__ = ["get", "names"]

PACKAGE = "knowcoderx.corpora"


@cache
def names() -> tuple[str, ...]:
    """The names of all corpora, sorted. Loads none of them."""
    found = (module.name for module in iter_modules(import_module(PACKAGE).__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


@cache
def get(name: str) -> Corpus:
    """The card of a corpus.

    Raises:
        LookupError: no such corpus.
        CorpusError: its module holds no usable card.
    """
    if name not in names():
        raise LookupError(
            f"no corpus {name!r}.{did_you_mean(name, names())} Add src/knowcoderx/corpora/{name}.py, "
            f"or use one of: {', '.join(names())}"
        )
    card = getattr(import_module(f"{PACKAGE}.{name}"), "CORPUS", None)
    if not isinstance(card, Corpus):
        raise CorpusError(f"src/knowcoderx/corpora/{name}.py must define CORPUS = Corpus(...)")
    if card.name != name:
        raise CorpusError(f"src/knowcoderx/corpora/{name}.py holds corpus {card.name!r}. Make the two names equal.")
    return card
