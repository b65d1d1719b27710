"""Names inside German words, which German corpora label apart from the names themselves."""

from __future__ import annotations

from knowcoderx.schema import Entity


class PersonDerivative(Entity):
    """A word derived from a person's name.

    Examples: "kafkaesk", "goethesche", "Marxisten"
    """


class PersonCompound(Entity):
    """A compound word with a person's name as one part.

    Examples: "Schiller-Denkmal", "Röntgenstrahlen", "Beethovenfest"
    """


class LocationDerivative(Entity):
    """A word derived from a place name: an adjective, or the people who live there.

    Examples: "portugiesisch", "Rostocker", "Schweden"
    """


class LocationCompound(Entity):
    """A compound word with a place name as one part.

    Examples: "Italienreise", "Elbufer", "Afrika-Experte"
    """


class OrganizationDerivative(Entity):
    """A word derived from the name of an organization.

    Examples: "gaullistisch", "Sozialdemokraten"
    """


class OrganizationCompound(Entity):
    """A compound word with the name of an organization as one part.

    Examples: "UNO-Mitarbeiter", "Siemens-Aktie", "NATO-Gipfel"
    """


class OtherDerivative(Entity):
    """A word derived from another name: a language, a style, a work.

    Examples: "norwegisch", "gotisch", "Schwedisch"
    """


class OtherCompound(Entity):
    """A compound word with another name as one part: a language, a currency, a work, a web site.

    Examples: "Dollar-Kurs", "Wikipedia-Artikel", "Faust-Zitat"
    """
