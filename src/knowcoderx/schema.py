'''A schema is Python classes: `Entity`, `Relation`, `Event` and what derives from them.

A class is its guideline::

    class City(Place):
        """A city, town or village; not a country.

        Examples: "Busan", "北京", "Нижний Новгород"
        """

Relations say what they link by annotations named ``head`` and ``tail``; events name their roles the
same way. `Ontology.of` takes real classes, `Ontology.read` takes source text: the source is parsed
and never run, so a schema file of a stranger is safe to open.
'''

from __future__ import annotations

import ast
import inspect
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from knowcoderx.types import Place

__all__ = ["Concept", "Entity", "Event", "Ontology", "Relation", "SchemaError"]

MOST_EXAMPLES = 10
"""Example mentions that a docstring may show (the paper shows up to ten)."""


class SchemaError(ValueError):
    """A schema that cannot be used, with the line and what to write instead."""


class Entity:
    """A thing in the world that a text names."""

    def __init__(self, surface: str, spans: Place = ()) -> None:
        self.surface = surface
        self.spans = spans

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.surface!r})"


class Relation:
    """A directed link between two entities."""

    head: Entity
    tail: Entity

    def __init__(self, head: Entity, tail: Entity) -> None:
        self.head = head
        self.tail = tail

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.head!r}, {self.tail!r})"


class Event:
    """Something that a text says to have happened, with a trigger and roles."""

    def __init__(self, trigger: str, spans: Place = (), **roles: list[Entity]) -> None:
        self.trigger = trigger
        self.spans = spans
        self.roles = roles

    def __repr__(self) -> str:
        roles = "".join(f", {name}={fillers!r}" for name, fillers in self.roles.items())
        return f"{type(self).__name__}({self.trigger!r}{roles})"


ROOTS: dict[str, type] = {"Entity": Entity, "Relation": Relation, "Event": Event}


@dataclass(frozen=True, slots=True)
class Concept:
    """One class of a schema, as the prompt shows it.

    ``root`` is Entity, Relation or Event; ``parent`` the class named in the brackets. ``hints`` are
    the annotated slots, in order: ``("head", ("Person",))``; several names mean any of them.
    """

    name: str
    root: str
    parent: str
    guideline: str = ""
    examples: tuple[str, ...] = ()
    hints: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def source(self) -> str:
        """Python source of the class: what `Ontology.read` reads back to an equal concept."""
        body = [self.guideline] if self.guideline else []
        if self.examples:
            body.append("Examples: " + ", ".join(_quoted(e) for e in self.examples))
        lines = [f"class {self.name}({self.parent}):"]
        if len(body) == 1 and "\n" not in body[0]:
            lines.append(f'    """{_docstring(body[0])}"""')
        elif body:
            text = _docstring("\n\n".join(body))
            lines += [f'    """{text}'.replace("\n", "\n    ").replace("\n    \n", "\n\n"), '    """']
        lines += [f"    {slot}: {' | '.join(types)}" for slot, types in self.hints]
        if len(lines) == 1:
            lines.append("    ...")
        return "\n".join(lines)


class Ontology:
    """An ordered set of concepts. Looks like a read-only mapping from class name to `Concept`."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = tuple(concepts)
        seen: dict[str, str] = {}
        for concept in self.concepts:
            key = unicodedata.normalize("NFKC", concept.name).casefold()
            if key in seen:
                raise SchemaError(
                    f"classes {seen[key]!r} and {concept.name!r} differ in nothing that a model can keep apart. "
                    "Rename one of them."
                )
            seen[key] = concept.name

    @classmethod
    def of(cls, *types: type) -> Ontology:
        """The ontology of real classes, in the order given."""
        return cls(_from_class(t) for t in types)

    @classmethod
    def read(cls, source: str, *, name: str = "<schema>") -> Ontology:
        """Parse schema source. Nothing in it is run.

        Raises:
            SchemaError: no classes, a class of unknown parent, or anything that is not a class
                definition, an import or a docstring; with file name and line.
        """
        return cls(_read(source, name))

    @classmethod
    def load(cls, path: Path) -> Ontology:
        """`read` a file. Bytes that are not UTF-8 are an error that says where."""
        try:
            source = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise SchemaError(f"no schema file {str(path)!r}. Give --schema the path of a .py file.") from None
        except UnicodeDecodeError as error:
            raise SchemaError(f"{path}: not UTF-8 at byte {error.start}. Save the file as UTF-8.") from None
        return cls.read(source, name=str(path))

    def only(self, names: Iterable[str]) -> Ontology:
        """The named concepts, in the order named, as a schema that stands alone."""
        return Ontology(self[name] for name in names).standalone()

    def standalone(self) -> Ontology:
        """The same concepts; one whose parent is not before it derives from its root instead."""
        seen: set[str] = set()
        kept = []
        for concept in self.concepts:
            kept.append(concept if concept.parent in seen else replace(concept, parent=concept.root))
            seen.add(concept.name)
        return Ontology(kept)

    def of_root(self, root: str) -> Ontology:
        """The concepts under Entity, Relation or Event."""
        return Ontology(c for c in self.concepts if c.root == root)

    @cached_property
    def _by_name(self) -> dict[str, Concept]:
        return {c.name: c for c in self.concepts}

    @property
    def names(self) -> tuple[str, ...]:
        """The class names, in order."""
        return tuple(self._by_name)

    def __getitem__(self, name: str) -> Concept:
        try:
            return self._by_name[name]
        except KeyError:
            hint = "".join(f" Did you mean {m!r}?" for m in get_close_matches(name, self.names, n=1))
            raise LookupError(f"no class {name!r} in the schema.{hint} It has: {', '.join(self.names)}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self.concepts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ontology) and self.concepts == other.concepts

    def __hash__(self) -> int:
        return hash(self.concepts)

    def __repr__(self) -> str:
        return f"Ontology({', '.join(self.names)})"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _docstring(text: str) -> str:
    body = text if "\n" in text else text.rstrip('"')
    return body.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '\\"' * (len(text) - len(body))


def _split_docstring(doc: str | None) -> tuple[str, tuple[str, ...]]:
    """A docstring as (guideline, example mentions); the last paragraph may begin with ``Examples:``."""
    text = inspect.cleandoc(doc or "")
    guideline, mark, listed = text.rpartition("Examples:")
    if not mark or (guideline and not guideline.endswith("\n")):
        return text, ()
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', listed)
    examples = [re.sub(r"\\(.)", r"\1", e) for e in quoted] or [e.strip(" .\n") for e in re.split("[,、،]", listed)]
    return guideline.strip(), tuple(dict.fromkeys(e for e in examples if e))[:MOST_EXAMPLES]


def _from_class(kind: type) -> Concept:
    roots = [base.__name__ for base in kind.__mro__ if base in ROOTS.values()]
    if not roots or kind in ROOTS.values():
        raise SchemaError(f"{kind.__name__} is no subclass of Entity, Relation or Event")
    guideline, examples = _split_docstring(kind.__doc__ if "__doc__" in vars(kind) else None)
    parent = next(base.__name__ for base in kind.__mro__[1:])
    written = vars(kind).get("__annotations__", {})
    notes = {slot: h if isinstance(h, str) else _hint_source(h) for slot, h in written.items()}
    hints = tuple((slot, _hint(ast.parse(h, mode="eval").body, kind.__name__)) for slot, h in notes.items())
    return Concept(kind.__name__, roots[0], parent, guideline, examples, hints)


def _hint_source(hint: object) -> str:
    return (
        hint.__name__
        if isinstance(hint, type) and not hasattr(hint, "__args__")
        else re.sub(r"[\w.]+\.", "", str(hint))
    )


def _hint(node: ast.expr, owner: str) -> tuple[str, ...]:
    """The class names in an annotation such as ``Person | City`` or ``list[Person]``."""
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Constant(value=str(name)):
            return (name,)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _hint(left, owner) + _hint(right, owner)
        case ast.Subscript(value=ast.Name(id="list" | "List"), slice=inner):
            return _hint(inner, owner)
    raise SchemaError(
        f"class {owner}: cannot read the type hint {ast.unparse(node)!r}. Write Person, A | B or list[A]."
    )


def _read(source: str, name: str) -> Iterator[Concept]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise SchemaError(f"{name}{line}: not Python source ({type(error).__name__}: {error})") from None
    roots = {root: root for root in ROOTS}
    found = 0
    for node in tree.body:
        match node:
            case ast.ClassDef():
                yield _read_class(node, roots, name)
                found += 1
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant(value=str())):
                pass
            case _:
                raise SchemaError(
                    f"{name}, line {node.lineno}: a schema is read, not run, so it may only hold classes, imports and "
                    f"a docstring, not {ast.unparse(node)[:60]!r}"
                )
    if not found:
        raise SchemaError(f"{name}: no classes. Write at least one `class Person(Entity):` with a docstring.")


def _read_class(node: ast.ClassDef, roots: dict[str, str], name: str) -> Concept:
    where = f"{name}, line {node.lineno}: class {node.name}"
    match node.bases:
        case [ast.Name(id=parent)] if parent in roots:
            pass
        case [ast.Attribute(attr=parent)] if parent in ROOTS:
            pass
        case _:
            written = ", ".join(ast.unparse(b) for b in node.bases) or "nothing"
            raise SchemaError(
                f"{where} derives from {written}. Derive it from Entity, Relation, Event or a class above it."
            )
    hints = []
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=slot), annotation=note):
                hints.append((slot, _hint(note, node.name)))
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                pass
            case _:
                raise SchemaError(
                    f"{where}: line {statement.lineno} is neither a docstring nor a slot such as `head: Person`"
                )
    roots[node.name] = roots[parent]
    guideline, examples = _split_docstring(ast.get_docstring(node, clean=True))
    return Concept(node.name, roots[node.name], parent, guideline, examples, tuple(hints))
