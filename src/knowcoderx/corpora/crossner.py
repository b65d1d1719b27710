"""CrossNER: Wikipedia in five domains, each with types of its own."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._conll import conll
from knowcoderx.library import arts, biomedical, general, politics, research

SHARED = ("person", "organisation", "location", "country", "misc")
DOMAINS = {
    "ai": (
        *SHARED, "field", "task", "product", "algorithm", "researcher", "metrics", "programlang", "conference",
        "university",
    ),
    "literature": (*SHARED, "book", "writer", "award", "poem", "event", "magazine", "literarygenre"),
    "music": (
        *SHARED, "musicgenre", "song", "band", "album", "musicalartist", "musicalinstrument", "award", "event",
    ),
    "politics": (*SHARED, "politician", "politicalparty", "election", "event"),
    "science": (
        *SHARED, "scientist", "university", "discipline", "enzyme", "protein", "chemicalcompound", "chemicalelement",
        "astronomicalobject", "academicjournal", "event", "theory", "award",
    ),
}  # fmt: skip
SPLITS = {f"{domain}-{part}": f"{domain}/{part}.txt" for domain in DOMAINS for part in ("train", "dev", "test")}

CORPUS = Corpus(
    name="crossner",
    source="https://github.com/zliucr/CrossNER",
    commit="2e7ba2a7798c961e3f29fbc51252c5a8d40224bf",
    licence="MIT",
    languages=("en",),
    labels={
        "person": general.Person,
        "organisation": general.Organization,
        "location": general.Location,
        "country": general.Country,
        "event": general.NamedEvent,
        "product": general.Product,
        "field": research.FieldOfStudy,
        "discipline": research.FieldOfStudy,
        "task": research.ResearchTask,
        "algorithm": research.Algorithm,
        "metrics": research.Metric,
        "programlang": research.ProgrammingLanguage,
        "conference": research.Conference,
        "researcher": research.Scientist,
        "scientist": research.Scientist,
        "university": research.University,
        "theory": research.Theory,
        "academicjournal": research.AcademicJournal,
        "astronomicalobject": research.AstronomicalObject,
        "chemicalelement": research.ChemicalElement,
        "chemicalcompound": research.ChemicalCompound,
        "protein": biomedical.Protein,
        "enzyme": biomedical.Enzyme,
        "writer": arts.Writer,
        "book": arts.Book,
        "poem": arts.Poem,
        "magazine": arts.Magazine,
        "literarygenre": arts.LiteraryGenre,
        "award": arts.Award,
        "musicalartist": arts.MusicalArtist,
        "band": arts.Band,
        "album": arts.Album,
        "song": arts.Song,
        "musicgenre": arts.MusicGenre,
        "musicalinstrument": arts.MusicalInstrument,
        "politician": politics.Politician,
        "politicalparty": politics.PoliticalParty,
        "election": politics.Election,
        "misc": general.Miscellaneous,
    },
    read=conll(),
    splits=SPLITS,
    split_labels={split: DOMAINS[split.partition("-")[0]] for split in SPLITS},
    upstream="ner_data/{path}",
    notes="A split is a domain and a part. The domain conll2003 of the repository (newswire) is left out.",
)
