"""Types of general text: who, where, when, how much, and what is named.

A guideline holds for every corpus that maps a label to the class. Where corpora draw a line in different
places, it says so by the schema at hand: the more specific class of a schema takes what fits it.
"""

from __future__ import annotations

from knowcoderx.schema import Entity


class Person(Entity):
    """A person or family by name, real or invented, without title or job.

    Examples: "Marie Curie", "鲁迅", "Нил Армстронг", "紫式部", "Frida Kahlo", "ابن سينا"
    """


class PersonNominal(Person):
    """People mentioned by a common noun and not by name: a relative, a role, a kind of person.

    Examples: "my sister", "图书管理员", "the two drivers", "邻居们"
    """


class PersonReference(Entity):
    """A person or group of people, whether by name, by a common noun or by a pronoun.

    Examples: "Ana Blandiana", "profesoara", "vecinii", "amândouă"
    """


class Location(Entity):
    """A place by name: a country, city, region, mountain, river or street.

    Where the schema has a class for places with a government, or for buildings, that class takes them.

    Examples: "the Orinoco Delta", "腾格里沙漠", "Балтийское море", "サハラ砂漠", "Patagonia", "البحر الأحمر"
    """


class LocationNominal(Location):
    """A place mentioned by a common noun and not by name.

    Examples: "the riverside", "车站", "那个海滩", "隔壁"
    """


class GeopoliticalEntity(Location):
    """A country, state, city, town or village by name: a place with an administration of its own.

    Examples: "Kenya", "广东省", "Самарканд", "İzmir", "Câmpulung Moldovenesc", "عمّان"
    """


class GeopoliticalEntityNominal(GeopoliticalEntity):
    """A country, city or other place with an administration, mentioned by a common noun.

    Examples: "the capital", "我国", "小镇", "邻国"
    """


class Country(GeopoliticalEntity):
    """A country or state of the world by name, of today or of the past.

    Examples: "Bhutan", "the Ottoman Empire", "Lesotho", "Eswatini"
    """


class Facility(Entity):
    """A building or structure by name: an airport, bridge, museum, school building, stadium or temple.

    Examples: "the Eiffel Tower", "故宫", "清水寺", "Ayasofya", "قصر الحمراء"
    """


class Organization(Entity):
    """An organised body by name: an authority, association, institution, company or team.

    Where the schema has a class for a kind of organization, that class takes it.

    Examples: "the Red Cross", "清华大学", "Большой театр", "東京天文学会", "Médecins du Monde", "جامعة الزيتونة"
    """


class OrganizationNominal(Organization):
    """An organization mentioned by a common noun and not by name.

    Examples: "the company", "出版社", "消防队", "我们学院"
    """


class Corporation(Organization):
    """A company or other business by name.

    Examples: "Siemens", "任天堂", "株式会社みどり書房", "Air Kenya"
    """


class PoliticalOrganization(Organization):
    """A public or political body by name: a government, ministry, parliament, party, army or court.

    Examples: "the Senate of Canada", "国土交通省", "欧州議会", "奈良県庁"
    """


class Group(Entity):
    """People who are known together by a name and are no company: a sports team, a band, a club.

    Examples: "the Supremes", "Ajax Amsterdam", "the Bloomsbury Group", "FC Barcelona"
    """


class PeopleGroup(Entity):
    """A nationality, people, religion, political leaning or other group of people, as noun or adjective.

    Examples: "Portuguese", "Budist", "francezi", "العمال", "Çerkezler", "luteranii"
    """


class Miscellaneous(Entity):
    """A named thing for which the schema has no class: an event, a work, a nationality, a project, a language.

    Examples: "the Renaissance", "Maltese", "Don Quijote", "la Coupe du monde", "Kubismus"
    """


class Product(Entity):
    """A thing that is made or sold, by name: a device, vehicle, food, brand, system or piece of software.

    Examples: "Walkman", "红旗轿车", "Lada Niva", "LibreOffice", "Vespa"
    """


class ProductOrWork(Entity):
    """A product or brand, or the title of a work such as a book, film, song, programme or law.

    Examples: "Kalevala", "新幹線", "七人の侍", "Walkman", "Linux"
    """


class CreativeWork(Entity):
    """The title of a work: a book, film, song, series, play, painting or game.

    Examples: "War and Peace", "红楼梦", "Guernica", "Бременские музыканты", "Miorița"
    """


class LiteraryWork(CreativeWork):
    """The title of a written work: a book, poem, epic, play or magazine.

    Examples: "गोदान", "रामायण", "पंचतंत्र"
    """


class NamedEvent(Entity):
    """An event by name: a war, festival, competition, conference, disaster or historical process.

    Examples: "the Boston Tea Party", "世界杯", "Олимпиада-80", "桶狭間の戦い", "Oktoberfest"
    """


class Festival(NamedEvent):
    """A festival or holiday by name.

    Examples: "होली", "बैसाखी", "ईद", "क्रिसमस"
    """


class Date(Entity):
    """A day, month, year or longer stretch of time, as a date or in words such as "last week".

    Examples: "12 May 1998", "去年", "в 1961 году", "明治時代", "Jumatatu ijayo", "في القرن العاشر"
    """


class Time(Entity):
    """A time shorter than a day: a clock time, a part of the day, or a duration in hours or minutes.

    Examples: "half past nine", "오전 7시", "दोपहर", "iki saat", "منتصف الليل"
    """


class DateOrTime(Entity):
    """A point or stretch of time, of any length: a date, a year, a weekday, a time of day.

    Examples: "la ora opt", "luni dimineața", "अगले सोमवार", "गर्मियों में", "গত বসন্তে"
    """


class Period(Entity):
    """A stretch of time or a range of ages given by its two ends.

    Examples: "1914-1918", "între 3 și 9 mai", "de joi până duminică"
    """


class Number(Entity):
    """A number that counts something, in digits or words, without a unit of measure.

    Examples: "seventeen", "douăzeci", "40.000", "binlerce", "مئة"
    """


class Ordinal(Entity):
    """A place in an order, in digits or words; also the number that identifies a thing.

    Examples: "third", "al nouălea", "on beşinci", "الخامس", "XIX"
    """


class NumericExpression(Entity):
    """A number with what it counts or measures: an amount, a price, a share, an age, a rank.

    Examples: "세 명", "5만 원", "दस किलो", "५० टक्के", "नौवाँ"
    """


class Quantity(Entity):
    """A measured amount with its unit. A percentage counts as one where the schema has no class for it.

    Examples: "17 km", "trei litri", "40 kilogram", "خمسة أمتار"
    """


class UnitOfMeasure(Entity):
    """A unit of measure that stands without its number.

    Examples: "كيلومتر", "hectare", "لتر"
    """


class Money(Entity):
    """An amount of money with its currency.

    Examples: "20 euros", "三百元", "zece lei", "مليون دينار", "5 milyon lira"
    """


class Currency(Entity):
    """The name of a currency, not an amount of it.

    Examples: "الدينار", "the yen", "الجنيه"
    """


class Percent(Entity):
    """A percentage, in figures or words.

    Examples: "15%", "yüzde on", "عشرة بالمئة"
    """


class Language(Entity):
    """A language or dialect by name.

    Examples: "Swahili", "粤语", "limba maghiară", "Lehçe", "बंगाली", "الفارسية"
    """


class Law(Entity):
    """A law, treaty, constitution or other legal text, or an article of one.

    Examples: "the Geneva Convention", "Medeni Kanun", "المادة الثالثة"
    """


class Occupation(Entity):
    """A job, office, rank or title that a person holds.

    Examples: "mayor", "marangoz", "प्राध्यापक", "مدير المدرسة", "profesör"
    """


class Religion(Entity):
    """A religion or its followers.

    Examples: "बौद्ध धर्म", "पारसी", "जैन"
    """


class SportOrGame(Entity):
    """A sport, a game, or a competition in it.

    Examples: "शतरंज", "हॉकी", "कबड्डी लीग"
    """


class Website(Entity):
    """A web site or platform, by name or address.

    Examples: "https://example.org", "ويكيبيديا"
    """
