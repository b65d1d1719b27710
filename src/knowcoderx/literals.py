"""A string <-> its Python literal, both ways, without `eval`.

`write` makes a double-quoted literal on one line. `read` reads what Python reads: single, double and triple
quotes, every escape, the prefixes ``r`` and ``u``. Two differences to Python: surrogate pairs, an emoji
written as in JSON (``"\\ud83d\\ude00"``), are joined to one character, and half of a pair is refused.
"""

from __future__ import annotations

import json
import re
import unicodedata

__all__ = ["PATTERN", "UNCLOSED", "LiteralError", "join_surrogates", "read", "write"]

# Every repetition is possessive (`*+`): it never gives back, so no text can make a match slow.
_OPEN = (
    r'"""(?:[^"\\]++|\\.|"(?!""))*+',
    r"'''(?:[^'\\]++|\\.|'(?!''))*+",
    r'"(?!"")[^"\\\r\n]*+(?:\\.[^"\\\r\n]*+)*+',
    r"'(?!'')[^'\\\r\n]*+(?:\\.[^'\\\r\n]*+)*+",
)
PATTERN = "|".join(begun + quote for begun, quote in zip(_OPEN, ('"""', "'''", '"', "'"), strict=True))
"""Source of a regular expression for a whole literal without its prefix; needs ``re.DOTALL``."""
UNCLOSED = "|".join(_OPEN)
"""The same for a literal whose closing quote is missing."""

_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ESCAPE = re.compile(
    r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8})|N\{([^{}]*+)\}|([0-7]{1,3})|(.))", re.DOTALL
)
_SIMPLE = {"\n": "", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r",
           "t": "\t", "v": "\v"}  # fmt: skip


class LiteralError(ValueError):
    """An escape that stands for nothing, or half of a surrogate pair."""


def write(text: str) -> str:
    """A double-quoted literal: one line, valid in Python and in JSON, whatever the text holds."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def read(literal: str, *, raw: bool = False) -> tuple[str, bool]:
    """What a literal that matches `PATTERN` stands for, and whether surrogates had to be joined.

    Raises:
        LiteralError: see there.
    """
    width = 3 if literal[:3] in ('"""', "'''") else 1
    content = literal[width:-width]
    if "\\" in content and not raw:
        content = _ESCAPE.sub(_unescaped, content)
    return join_surrogates(content)


def join_surrogates(text: str) -> tuple[str, bool]:
    """The text with each surrogate pair made one character, and whether there were any.

    Raises:
        LiteralError: one without its other half.
    """
    if text.isascii():
        return text, False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        try:
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le"), True
        except UnicodeDecodeError:
            raise LiteralError("half of a surrogate pair") from None
    return text, False


def _unescaped(found: re.Match[str]) -> str:
    four, two, eight, name, octal, other = found.groups()
    if digits := four or two or eight:
        code = int(digits, 16)
    elif octal:
        code = int(octal, 8)
    elif name is not None:
        try:
            return unicodedata.lookup(name)
        except KeyError:
            raise LiteralError(f"no character is named {name[:40]!r}") from None
    elif other in ("u", "x", "U", "N"):
        raise LiteralError(f"\\{other} without its digits")
    else:
        return _SIMPLE.get(other, found[0])
    if code > 0x10FFFF:
        raise LiteralError(f"no character has the number {code}")
    return chr(code)
