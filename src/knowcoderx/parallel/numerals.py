"""Numbers and calendar words as values, so that ``3 March`` and ``3月`` can be compared.

A value is a string: ``n:2019`` a number, ``m:3`` a month, ``w:1`` a weekday (1 is Monday). The words
are a table: a language is data here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Value", "numbers", "values"]

_MONTHS = (
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре",
    "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
)
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "måndag tisdag onsdag torsdag fredag lördag söndag",
    "lunes martes miércoles jueves viernes sábado domingo",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "понедельник вторник среду четверг пятницу субботу воскресенье",
)
_CALENDAR = {word: f"m:{n}" for row in _MONTHS for n, word in enumerate(row.split(), 1)} | {
    word: f"w:{n}" for row in _WEEKDAYS for n, word in enumerate(row.split(), 1)
}
_ALSO_OTHER = {"may", "march", "mars", "mai", "мае", "мая"}
"""Words of the calendar that mean something else unless a capital or a number stands by."""
_HAN_DIGITS = dict(zip("〇零一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
_HAN_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "萬": 10_000, "亿": 10**8, "億": 10**8}
_HAN_DAY = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
_JAPANESE_DAY = dict(zip("月火水木金土日", range(1, 8), strict=True))
_FOUND = re.compile(
    r"(?P<week>(?:星期|周|週|礼拜|禮拜)(?P<day>[一二三四五六日天]))|(?P<youbi>[月火水木金土日])曜日?|"
    r"(?P<digits>\d+(?:[.,]\d+)*)(?P<han>[万萬亿億]?)(?P<unit>年|月|日|号|號|년|월|일)?|"
    r"(?P<numeral>[〇零一二三四五六七八九两十百千万萬亿億]+)(?P<unit2>年|月(?!亮)|日|号|號)?|(?P<word>[^\W\d_\u3040-\u30ff\u3400-\u9fff]+)"
)


@dataclass(frozen=True, slots=True)
class Value:
    """What ``text[start:end]`` amounts to."""

    value: str
    start: int
    end: int


def values(text: str) -> list[Value]:
    """Every number and calendar word of a text, in order. A lone 一 is too common to count."""
    return [Value(value, m.start(), m.end()) for m in _FOUND.finditer(text) if (value := _value(m, text))]


def numbers(text: str) -> set[str]:
    """The values of a text that must have an equal in a translation: those written in digits."""
    return {v.value for v in values(text) if any(c.isdecimal() for c in text[v.start : v.end])}


def _value(match: re.Match[str], text: str) -> str | None:
    if match["week"]:
        return f"w:{_HAN_DAY[match['day']]}"
    if match["youbi"]:
        return f"w:{_JAPANESE_DAY[match['youbi']]}"
    if match["word"]:
        return _calendar(match["word"], text[match.start() - 2 : match.start()])
    if match["digits"]:
        number = _digits(match["digits"])
        if match["han"] and number.count(".") < 2:  # 1.2.3 is a version or a date, no number
            number = str(int(Decimal(number) * _HAN_POWERS[match["han"]]))
    elif len(match["numeral"]) > 1 or match["unit2"]:
        number = str(_han(match["numeral"]))
    else:
        return None
    return f"{'m' if (match['unit'] or match['unit2']) in ('月', '월') else 'n'}:{number}"


def _calendar(word: str, before: str) -> str | None:
    folded = unicodedata.normalize("NFC", word).casefold()
    if folded in _ALSO_OTHER and not (word[0].isupper() or before[:1].isdecimal()):
        return None
    return _CALENDAR.get(folded)


def _digits(written: str) -> str:
    """Digits of any script without thousands marks: a mark before exactly three digits separates thousands."""
    plain = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in written)
    whole = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", plain).replace(",", ".")
    if whole.count(".") > 1:
        return whole
    return whole.lstrip("0") or "0"


def _han(numeral: str) -> int:
    """A number in Chinese characters: 四十二, 五百, 二〇一九, 三万."""
    if not any(c in _HAN_POWERS for c in numeral):
        return int("".join(str(_HAN_DIGITS[c]) for c in numeral))
    total = section = digit = 0
    for character in numeral:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
        elif (power := _HAN_POWERS[character]) < 10_000:
            section, digit = section + (digit or 1) * power, 0
        else:
            total, section, digit = total + (section + digit or 1) * power, 0, 0
    return total + section + digit
