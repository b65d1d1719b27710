"""What our programs owe the person in front of them: quiet libraries, and errors as sentences.

Standard library only: the command line answers before anything else is loaded.
"""

from __future__ import annotations

import os
import warnings

__all__ = ["QUIET", "quieten", "sentence"]

QUIET = {
    "TOKENIZERS_PARALLELISM": "false",
    "DO_NOT_TRACK": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
"""Nothing here calls home or tells of its daily work. None of these changes a result."""


def quieten() -> None:
    """Set `QUIET` where the environment does not say otherwise, and hide what libraries announce to developers.

    To be called before the libraries load.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(transformers|peft|lightning|mlflow)\b")


def sentence(error: BaseException) -> str | None:
    """What to say of an error that a user can mend; None for one that only a maintainer can, with its trace.

    The first are our own exceptions, what the system refuses (`OSError`) and a plain `LookupError`. A
    `KeyError` or an `IndexError` is a slip of the code.
    """
    kind = type(error)
    match error:
        case OSError(errno=28):
            where = error.filename or "while writing"
            return f"no space left on the device ({where}). Free some and run the same command again."
        case _ if kind.__module__.partition(".")[0] == "knowcoderx" or kind is LookupError:
            return str(error)
        case OSError(strerror=str(reason)) if error.filename is not None:
            return f"{os.fsdecode(error.filename)}: {reason}"
        case OSError():
            return str(error) or kind.__name__
    return None
