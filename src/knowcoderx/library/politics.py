"""Types of text about politics."""

from __future__ import annotations

from knowcoderx.library.general import NamedEvent, Person, PoliticalOrganization


class Politician(Person):
    """A person who holds or seeks public office, by name.

    Examples: "Golda Meir", "Simón Bolívar", "Willy Brandt"
    """


class PoliticalParty(PoliticalOrganization):
    """A political party or its alliance by name.

    Examples: "Labour Party of Malta", "the Anti-Masonic Party", "Partido Colorado"
    """


class Election(NamedEvent):
    """An election, primary or referendum by name.

    Examples: "the 1994 South African general election", "Brexit referendum", "2002 Bundestag election"
    """
