"""Names across scripts: what a word sounds like, and how alike two sound.

Nothing is downloaded: Unicode's own character names hold a letter's sound (``CYRILLIC SMALL LETTER
ZHE``, ``KATAKANA LETTER KA``, ``DEVANAGARI VOWEL SIGN AA``, ``HANGUL SYLLABLE GIM``), and a small
table holds the Chinese characters that write names.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from knowcoderx.parallel.pinyin import PINYIN

__all__ = ["alike", "extend", "letter", "sound", "weight"]

LONGEST_NAME = 40
"""Characters of a word that is still compared by its sound."""
_VOWELS = "aeiou"
_LATIN = {"ł": "l", "ø": "o", "ß": "ss", "đ": "d", "ð": "d", "þ": "t", "æ": "e", "œ": "e", "ı": "i", "ŋ": "n"}
_SPECIAL = {
    "SOFT SIGN": "",
    "HARD SIGN": "",
    "SHORT I": "i",
    "YERU": "i",
    "IO": "io",
    "HAMZA": "",
    "AIN": "a",
    "ALEF": "a",
}
_DIPHTHONGS = ((r"[ae]i", "e"), (r"a[ou]|ou|uo", "o"), (r"(.)\1+", r"\1"))
_CODES = (  # spelling -> sound, applied in order; capitals are sounds of their own: S sh, C ch, J zh
    (r"tch|tsch|cz|č|ch", "C"), (r"sch|sh|sz", "S"), (r"ph", "f"), (r"th", "t"), (r"ck|qu|q", "k"),
    (r"gh|kh", "g"), (r"x", "ks"), (r"ts|tz", "Z"), (r"zh|j", "J"), (r"c(?=[eiy])", "s"), (r"c", "k"),
    (r"y", "i"), (r"w", "v"), *_DIPHTHONGS,
)  # fmt: skip
_PINYIN = (
    (r"zh|j", "J"), (r"ch|q", "C"), (r"sh|x", "S"), (r"c|z", "Z"), (r"ng$", "n"), (r"yi?", "i"), (r"wu?", "u"),
    *_DIPHTHONGS,
)  # fmt: skip
_CLOSE = [  # groups of sounds that languages take for one another, and what taking costs
    (0.15, "bp"), (0.15, "dt"), (0.15, "gk"), (0.1, "lr"), (0.25, "aeiou"), (0.35, "bpvf"), (0.3, "mn"),
    (0.3, "sSZzCJ"), (0.35, "kCgJ"), (0.4, "hSg"), (0.4, "hk"), (0.4, "uv"), (0.4, "iJ"), (0.4, "tC"), (0.4, "dJ"),
    (0.45, "rJ"), (0.3, "hJ"), (0.4, "hf"),
]  # fmt: skip
_COST = {(a, b): cost for cost, group in sorted(_CLOSE, reverse=True) for a in group for b in group if a != b}
_SYLLABLE = re.compile("|".join(sorted(set(PINYIN.values()), key=lambda s: (-len(s), s))))
_WEIGHT = dict.fromkeys(_VOWELS, 0.3) | {"h": 0.4, "r": 0.45, "l": 0.6, "n": 0.6, "v": 0.6}


def weight(code: str) -> float:
    """What a sound costs where the other word has none; a consonant is 1, sounds that often drop are less."""
    return _WEIGHT.get(code, 1.0)


@lru_cache(maxsize=65536)
def letter(character: str) -> str | None:
    """The Latin letters of a character's sound; None if unknown, "" if silent."""
    if character in PINYIN:
        return PINYIN[character]
    if unicodedata.category(character)[0] not in "LM":
        return None
    name = unicodedata.name(character, "")
    if name.startswith(("LATIN", "COMBINING")):
        plain = unicodedata.normalize("NFKD", character).lower()
        return "".join(_LATIN.get(c, c) for c in plain if c.isascii() or c in _LATIN)
    if name.startswith("HANGUL SYLLABLE "):
        return name.rpartition(" ")[2].lower()
    match = re.search(r"(?:LETTER|VOWEL SIGN|CHARACTER|SIGN) (?:SMALL )?(.+?)(?: WITH .*)?$", name)
    if name.startswith("CJK") or not match:
        return None
    return _reading(name.partition(" ")[0], match[1], vowel_sign="VOWEL SIGN" in name)


def _reading(of: str, said: str, *, vowel_sign: bool) -> str:
    """The sound in a letter's name, by the habits of its script."""
    if said in _SPECIAL:
        return _SPECIAL[said]
    if said in ("VIRAMA", "NUKTA", "CANDRABINDU"):
        return ""
    last = vowel_sign or said.startswith(("CANDRA", "SHORT", "VOCALIC"))
    said = "n" if said == "ANUSVARA" else said.split()[-1 if last else 0].lower()
    if of in ("HIRAGANA", "KATAKANA") or vowel_sign:
        return said
    if of in ("CYRILLIC", "GREEK", "ARABIC", "HEBREW", "THAI", "ARMENIAN", "GEORGIAN"):
        if len(said) == 2 and said[0] == "e" and said[1] not in _VOWELS:
            return said[1]  # Cyrillic EL, EM, EN, ER, ES, EF
        if said in ("ya", "yu", "yo", "i", "u", "e", "o", "a", "ie"):
            return "e" if said == "ie" else said
        start = re.match(rf"shch|[^{_VOWELS}]{{1,2}}|[{_VOWELS}]", said)
        return start[0] if start else said
    return said  # Indic scripts: KA, the vowel is part of the name


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """A word as a string of sound codes; "" if any of its characters is unknown, or if it is too long for a name."""
    if len(word) > LONGEST_NAME:
        return ""
    if word and all(c in PINYIN for c in word):
        return _syllables_coded([PINYIN[c] for c in word])
    letters = ""
    if syllables := _in_pinyin(word.lower()):
        return _syllables_coded(syllables)
    for character in unicodedata.normalize("NFC", word):
        if character in "'’ʼ-":
            continue
        heard = letter(character)
        if heard is None:
            return ""
        name = unicodedata.name(character, "")
        if ("VOWEL SIGN" in name or "VIRAMA" in name) and letters.endswith("a"):
            letters = letters[:-1]  # the sign replaces the vowel that a bare consonant carries
        letters += heard
    return _coded(letters, _CODES)


def _in_pinyin(word: str) -> list[str]:
    """The syllables of a Latin word that is spelt like Chinese (Xi'an, Wenqing); [] for any other."""
    plain = re.sub("['’]", "", word)
    syllables = _SYLLABLE.findall(plain)  # greedy on purpose: one pass, whatever the word
    return syllables if "".join(syllables) == plain else []


def _syllables_coded(syllables: list[str]) -> str:
    joined = "".join(_coded(syllable, _PINYIN) for syllable in syllables)
    return re.sub(r"(.)\1+", r"\1", joined)


def _coded(letters: str, rules: tuple[tuple[str, str], ...]) -> str:
    for pattern, code in rules:
        letters = re.sub(pattern, code, letters)
    return letters


def extend(row: list[float], word: str, code: str) -> list[float]:
    """One more row of the edit distance: ``row`` is the distance of what came before to each prefix of ``word``."""
    drop = weight(code)
    new = [row[0] + drop]
    for at, other in enumerate(word):
        swap = 0.0 if other == code else _COST.get((other, code), 1.3)
        new.append(min(row[at] + swap, row[at + 1] + drop, new[at] + weight(other)))
    return new


@lru_cache(maxsize=262144)
def alike(left: str, right: str) -> float:
    """How alike two strings of sound codes are: 1 the same, 0 nothing in common."""
    row = first_row(left)
    for code in right:
        row = extend(row, left, code)
    return likeness(row[-1], left, right)


def first_row(word: str) -> list[float]:
    """The edit distance of nothing to each prefix of a word."""
    row = [0.0]
    for code in word:
        row.append(row[-1] + weight(code))
    return row


def likeness(distance: float, left: str, right: str) -> float:
    """A distance as a share of the longer word's weight, turned round."""
    most = max(sum(map(weight, left)), sum(map(weight, right)))
    return max(0.0, 1.0 - distance / most) if most else 0.0
