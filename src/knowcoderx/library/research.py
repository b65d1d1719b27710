"""Types of text about science and artificial intelligence."""

from __future__ import annotations

from knowcoderx.library.biomedical import Chemical
from knowcoderx.library.general import NamedEvent, Organization, Person
from knowcoderx.schema import Entity


class Scientist(Person):
    """A person known for research, by name.

    Examples: "Ada Lovelace", "Srinivasa Ramanujan", "Tu Youyou"
    """


class University(Organization):
    """A university, college or institute of higher education by name.

    Examples: "Makerere University", "the University of Tartu", "IIT Bombay"
    """


class FieldOfStudy(Entity):
    """A branch of science or learning.

    Examples: "phonology", "marine biology", "number theory"
    """


class ResearchTask(Entity):
    """A problem that a program is to solve, as research names it.

    Examples: "image captioning", "word sense induction", "text summarization"
    """


class Algorithm(Entity):
    """An algorithm, model or mathematical method by name.

    Examples: "quicksort", "k-means", "simulated annealing"
    """


class Metric(Entity):
    """A measure of how good a result is, or a function that is minimised.

    Examples: "perplexity per word", "chrF", "median absolute error"
    """


class ProgrammingLanguage(Entity):
    """A programming language or platform by name.

    Examples: "Smalltalk", "Haskell", "Ada 95"
    """


class Conference(NamedEvent):
    """A scientific conference or workshop, by name or abbreviation.

    Examples: "the Solvay Conference", "EACL 1999", "the Dartmouth workshop"
    """


class Theory(Entity):
    """A scientific or philosophical theory, law or effect by name.

    Examples: "continental drift", "plate tectonics", "game theory"
    """


class AcademicJournal(Entity):
    """A scholarly journal by name.

    Examples: "Annals of Mathematics", "Ecology Letters", "Acta Botanica"
    """


class AstronomicalObject(Entity):
    """A star, planet, moon, comet, galaxy or other object in space by name.

    Examples: "Betelgeuse", "Halley's Comet", "Miranda"
    """


class ChemicalElement(Chemical):
    """A chemical element by name or symbol.

    Examples: "argon", "iron", "Kr"
    """


class ChemicalCompound(Chemical):
    """A chemical compound or material by name, formula or abbreviation.

    Examples: "table salt", "ethanol", "CaCO3"
    """
