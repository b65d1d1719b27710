"""ParallelNER: a corpus labelled in one language becomes pairs labelled in two (KnowCoder-X, section on data)."""

from __future__ import annotations

from knowcoderx.parallel.build import build
from knowcoderx.parallel.checks import Reason, check
from knowcoderx.parallel.cooccurrence import Cooccurrence
from knowcoderx.parallel.dictionary import Dictionary, DictionaryError, cc_cedict
from knowcoderx.parallel.projection import Projection, project
from knowcoderx.parallel.synthesis import Stage, quality, summary, synthesise
from knowcoderx.parallel.translators import ParallelText, Translation, Translator

__all__ = [
    "Cooccurrence", "Dictionary", "DictionaryError", "ParallelText", "Projection", "Reason", "Stage", "Translation",
    "Translator", "build", "cc_cedict", "check", "project", "quality", "summary", "synthesise",
]  # fmt: skip
