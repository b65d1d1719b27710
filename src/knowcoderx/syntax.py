"""Python source <-> calls: the outer form of an answer, with no knowledge of any schema.

An answer is ``results = [Person("Mina Park"), City("Busan")]``. `write` makes it and `parse` reads it back.
The source is what a model wrote, so it is never run and never handed to a compiler: one scan reads it, in a
time that grows with its length only. What may stand in the list is small: calls of plain names, whose
arguments are string literals, calls, or lists of these.

How `parse` reads:

- The list is the one after the first ``results =``. Without it, it is the first ``[`` that begins a list of
  calls or an empty one, or a ``[`` with which the whole text begins and ends. Prose and a code fence before
  it are passed over. A text with no list is one issue.
- An item that is no such call costs only itself: it becomes one issue, and reading goes on behind it.
- Text that ends before the list is closed is `truncated`; the item that it cuts is lost and is no issue.
- Strings are read as Python reads them, prefixes ``r`` and ``u`` included; ``f`` and ``b`` strings and
  adjacent literals are refused. One repair is made and counted: ``"\\ud83d\\ude00"``, an emoji written as in
  JSON, is joined to one character. Half of such a pair is refused.
- A quote left unescaped inside a string (``Org("צה"ל")``) spoils its item only: the item is taken to end at the
  next quote and bracket that another call or the end of the list follows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from keyword import iskeyword

from knowcoderx import literals
from knowcoderx.literals import LiteralError
from knowcoderx.types import Issue, Problem

__all__ = ["Call", "Parsed", "Value", "detail", "parse", "source", "write"]

MOST_DETAIL = 80
"""Characters of an issue's detail."""
MOST_NAME = 200
"""Characters of a class name outside ASCII; Unicode normalisation can be slow on very long ones."""
MOST_DEPTH = 16
"""Calls and lists inside one another; the deepest answer of any task needs four."""


@dataclass(frozen=True, slots=True)
class Call:
    """``name(*args, **keywords)``: a class name and what stands in its brackets."""

    name: str
    args: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()


Value = str | Call | tuple["Value", ...]
"""A string, a call, or a list of values (as a tuple)."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a completion holds.

    ``truncated``: the text ends before the list does. ``trailing_text``: something other than white space and
    a closing code fence follows the list. ``found_list``: a list was opened. ``repairs``: strings in which a
    surrogate pair was joined.
    """

    calls: tuple[Call, ...]
    issues: tuple[Issue, ...]
    truncated: bool
    trailing_text: bool
    found_list: bool
    repairs: int = 0


# --- writing ---------------------------------------------------------------------------------------------


def write(calls: Iterable[Call]) -> str:
    """One line of Python: ``results = [A("x"), B("y")]``.

    Raises:
        ValueError: a name that Python would not take for a class or keyword as it stands.
    """
    return f"results = [{', '.join(source(call) for call in calls)}]"


def source(value: Value) -> str:
    """A value as Python source, on one line whatever its strings hold."""
    match value:
        case str():
            return literals.write(value)
        case Call(name, args, keywords):
            written = [source(arg) for arg in args]
            written += [f"{_checked(key)}={source(arg)}" for key, arg in keywords]
            return f"{_checked(name)}({', '.join(written)})"
        case _:
            return f"[{', '.join(source(part) for part in value)}]"


def _checked(name: str) -> str:
    if not name.isidentifier() or iskeyword(name) or unicodedata.normalize("NFKC", name) != name:
        raise ValueError(f"{name!r} cannot be the name of a class or a role. Use a Python identifier in NFKC form.")
    return name


def detail(text: str) -> str:
    """The beginning of a source for an issue: 80 characters at most, and none that cannot be stored."""
    return text[:MOST_DETAIL].encode("utf-8", "backslashreplace").decode("utf-8")[:MOST_DETAIL]


# --- reading ---------------------------------------------------------------------------------------------
# Every repetition below is possessive (`*+`): it never gives back, so no text can make a match slow.

_NAME = r"[^\x00-/:-@\[-^`{-\x7f\s]++"
_SPACE = re.compile(r"\s*+")
_PLAIN = re.compile(rf'\s*+({_NAME})\("([^"\\\r\n]*+)"\)\s*+(?:,|(?=\])|\Z)')
"""The item that nearly every answer is made of; `_Reader._item` reads it to the same call, only slower."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAMED = re.compile(_NAME)
_QUOTED = re.compile(literals.PATTERN, re.DOTALL)
_UNCLOSED = re.compile(literals.UNCLOSED, re.DOTALL)
_END = re.compile(r"\\?\s*+\Z")
_ASSIGNED = re.compile(r"(?<!\w)results\s*+=\s*+\[")
_BARE = re.compile(rf"\[\s*+(?:{_NAME}\s*+\(|\])")
_BEGUN = re.compile(rf"\s*+(?:```\w*+\s*+)?+\[\s*+(?:{_NAME})?+\s*+\Z")
_OPENING = re.compile(r"\s*+(?:```\w*+\s*+)?+")
_FENCE = re.compile(r"\s*+(?:```\s*+)?\Z")
_SKIPPED = re.compile(rf"[^\\\"'(){{}}\[\],]++|\\.|{literals.PATTERN}|.", re.DOTALL)
_STRAY_END = re.compile(rf"[\"']([)\]\s]*+)(,\s*+(?:{_NAME}\s*+\(|\]))?+")
_PREFIXES = {"r": True, "R": True, "u": False, "U": False}
"""String prefix -> is it a raw string?"""


class _Cut(Exception):
    """The text ends inside an item."""


class _Refused(Exception):
    """An item that is no call. ``stray`` is where a quote seems to stand inside a string, or -1."""

    def __init__(self, stray: int = -1) -> None:
        super().__init__()
        self.stray = stray


def parse(text: str) -> Parsed:
    """Read the list of calls in a completion. Runs nothing and raises nothing, whatever the text."""
    opened = _ASSIGNED.search(text)
    start = opened.end() if opened else _bare_list(text)
    if start < 0:
        # Brackets that hold nothing to read are an answer spoilt; without any, there is no answer.
        problem = Problem.UNPARSEABLE if "[" in text else Problem.NOT_A_LIST
        issue = Issue(problem, detail(text.strip()))
        return Parsed((), (issue,), truncated=_is_beginning(text), trailing_text=False, found_list=False)
    reader = _Reader(text, start)
    closed = reader.read_list()
    trailing = closed and not _FENCE.match(text, reader.at)
    return Parsed(tuple(reader.calls), tuple(reader.issues), not closed, trailing, True, reader.repairs)


def _bare_list(text: str) -> int:
    found = _BARE.search(text) or _BEGUN.match(text)
    return text.index("[", found.start()) + 1 if found else -1


def _is_beginning(text: str) -> bool:
    """Could more text have made it ``results = [``?"""
    opening = _OPENING.match(text)
    begun = text[opening.end() if opening else 0 :][:MOST_DETAIL]
    return "results=[".startswith("".join(begun.split()))


class _Reader:
    """One pass over the items of a list. ``at`` is the next character to read."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.calls: list[Call] = []
        self.issues: list[Issue] = []
        self.repairs = 0
        self._stray_ends_left = True
        self._last_line = text.rfind("\n")

    def read_list(self) -> bool:
        """Read items up to the list's end. Says whether that end was there."""
        while (mark := self._read_plain()) != "]":
            if not mark:
                return False
            start = self.at
            try:
                item = self._item()
            except _Cut:
                return False
            except (_Refused, LiteralError) as refused:
                whole = self._pass_over(start, getattr(refused, "stray", -1))
                seen = self.text[start : self.at].rstrip() or mark
                self.issues.append(Issue(Problem.UNPARSEABLE, detail(seen)))
                if not whole:
                    return False
            else:
                self.calls.append(item)
            if self._peek() == ",":
                self.at += 1
        self.at += 1
        return True

    def _peek(self) -> str:
        """The next character that is neither white space nor comment; empty at the end."""
        self._skip_space()
        while self.text.startswith("#", self.at) and self.at < self._last_line:
            self.at = self.text.index("\n", self.at)
            self._skip_space()
        return self.text[self.at : self.at + 1]

    def _skip_space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _read_plain(self) -> str:
        """Read as many plain items as there are. Gives the next character, as `_peek` does."""
        while found := _PLAIN.match(self.text, self.at):
            name, words = found.groups()
            if not (name.isascii() and name.isidentifier()) or iskeyword(name):
                break
            if not words.isascii() and _SURROGATE.search(words):
                break
            self.calls.append(Call(name, (words,)))
            self.at = found.end()
        return self._peek()

    def _item(self) -> Call:
        """A call with nothing but a comma, the list's end or the text's end behind it."""
        item = self._value(0)
        if not isinstance(item, Call) or self._peek() not in ("", ",", "]"):
            raise _Refused
        return item

    def _value(self, depth: int) -> Value:
        mark = self._peek()
        if not mark:
            raise _Cut
        if depth > MOST_DEPTH:
            raise _Refused
        if mark in "\"'":
            return self._string(raw=False)
        if mark == "[":
            self.at += 1
            return self._values(depth)
        name = self._name()
        if name in _PREFIXES and self.text[self.at : self.at + 1] in ("'", '"'):
            return self._string(raw=_PREFIXES[name])
        return self._call(name, depth)

    def _name(self) -> str:
        found = _NAMED.match(self.text, self.at)
        if not found:
            raise _Refused
        self.at = found.end()
        name = found[0]
        if not name.isascii():
            if len(name) > MOST_NAME:
                raise _Refused
            name = unicodedata.normalize("NFKC", name)
        if not name.isidentifier() or iskeyword(name):
            raise _Refused
        return name

    def _call(self, name: str, depth: int) -> Call:
        self._expect("(")
        args: list[Value] = []
        keywords: dict[str, Value] = {}
        while self._peek() != ")":
            key = self._keyword()
            if key in keywords or (keywords and not key):
                raise _Refused
            value = self._value(depth + 1)
            if key:
                keywords[key] = value
            else:
                args.append(value)
            self._separator(")")
        self.at += 1
        return Call(name, tuple(args), tuple(keywords.items()))

    def _values(self, depth: int) -> tuple[Value, ...]:
        values: list[Value] = []
        while self._peek() != "]":
            values.append(self._value(depth + 1))
            self._separator("]")
        self.at += 1
        return tuple(values)

    def _keyword(self) -> str:
        """The name before a ``=``, which is read too; empty, and nothing read, where there is none."""
        start = self.at
        if self.text[start : start + 1] in ("'", '"', "["):
            return ""
        name = self._name() if self.text[start : start + 1] else ""
        if self._peek() == "=":
            self.at += 1
            return name
        self.at = start
        return ""

    def _expect(self, mark: str) -> None:
        found = self._peek()
        if not found:
            raise _Cut
        if found != mark:
            raise _Refused
        self.at += 1

    def _separator(self, closing: str) -> None:
        """A comma, or the closing bracket, which is left to be read."""
        after_string = self.text[self.at - 1] in "\"'"
        found = self._peek()
        if found == closing:
            return
        if found != "," and found and after_string and self._looks_like_words():
            raise _Refused(stray=self.at)
        self._expect(",")

    def _looks_like_words(self) -> bool:
        """Letters right behind a string: the quote that ended it was part of a mention, most likely."""
        found = _NAMED.match(self.text, self.at)
        return bool(found) and not iskeyword(found[0] if found else "")

    def _string(self, *, raw: bool) -> str:
        found = _QUOTED.match(self.text, self.at)
        if not found:
            unclosed = _UNCLOSED.match(self.text, self.at)
            if unclosed and _END.match(self.text, unclosed.end()):
                raise _Cut
            raise _Refused(stray=self.at + 1)
        self.at = found.end()
        words, repaired = literals.read(found[0], raw=raw)
        self.repairs += repaired
        return words

    def _pass_over(self, start: int, stray: int) -> bool:
        """Go to the comma or the list's end behind a refused item. Says whether there is one."""
        if stray >= 0 and self._stray_ends_left:
            end = self._stray_end(stray)
            self._stray_ends_left = end >= 0
            if end >= 0:
                self.at = end
                return True
        depth = 0
        for token in _SKIPPED.finditer(self.text, start):
            mark = token[0]
            self.at = token.start()
            if depth == 0 and mark in (",", "]"):
                return True
            if mark in ("(", "[", "{"):
                depth += 1
            elif mark in (")", "]", "}"):
                depth = max(0, depth - 1)
        self.at = len(self.text)
        return False

    def _stray_end(self, start: int) -> int:
        """Where the comma or ``]`` stands behind an item with a stray quote; -1 if no such place is left."""
        for found in _STRAY_END.finditer(self.text, start):
            brackets = found[1].rstrip()
            if found[2] and brackets.endswith(")"):
                return found.start(2)
            closing = "".join(brackets.split())
            if not found[2] and closing.endswith(")]") and self.text[found.end() : found.end() + 1] != ",":
                return found.start(1) + len(brackets) - 1
        return -1
