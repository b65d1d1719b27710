"""Types of text about literature and music."""

from __future__ import annotations

from knowcoderx.library.general import CreativeWork, Group, LiteraryWork, Person
from knowcoderx.schema import Entity


class Writer(Person):
    """A person who writes books, poems, plays or articles, by name.

    Examples: "Astrid Lindgren", "Wisława Szymborska", "Li Qingzhao"
    """


class Book(LiteraryWork):
    """The title of a book, novel, play or series of books.

    Examples: "Things Fall Apart", "Le Petit Nicolas", "Dream of the Red Chamber"
    """


class Poem(LiteraryWork):
    """The title of a poem, or of a collection of poems.

    Examples: "Ozymandias", "The Waste Land", "Masnavi"
    """


class Magazine(Entity):
    """A magazine or newspaper by name.

    Examples: "Ogonyok", "Popular Mechanics", "The Paris Review"
    """


class LiteraryGenre(Entity):
    """A kind of literature.

    Examples: "haiku", "detective novel", "fable"
    """


class Award(Entity):
    """A prize, medal or honour by name, with its category.

    Examples: "the Booker Prize", "the Wolf Prize", "Eisner Award for Best Writer"
    """


class MusicalArtist(Person):
    """A singer, player, composer or other musician by name.

    Examples: "Miriam Makeba", "Clara Schumann", "Ravi Shankar"
    """


class Band(Group):
    """A band, choir or orchestra by name.

    Examples: "the Kronos Quartet", "the Buena Vista Social Club", "Ladysmith Black Mambazo"
    """


class Album(CreativeWork):
    """The title of a music album or record.

    Examples: "Kind of Blue", "Autobahn", "Graceland"
    """


class Song(CreativeWork):
    """The title of a song or piece of music.

    Examples: "Imagine", "La Vie en rose", "Guantanamera"
    """


class MusicGenre(Entity):
    """A kind of music.

    Examples: "doo-wop", "Viennese waltz", "qawwali devotional music"
    """


class MusicalInstrument(Entity):
    """A kind of musical instrument.

    Examples: "cello", "sitar", "bass clarinet"
    """
