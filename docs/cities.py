from knowcoderx import Entity


class Person(Entity):
    """A person by name, without title or job."""


class City(Entity):
    """A city, town or village by name; not a country.

    Examples: "Busan", "北京", "Нижний Новгород"
    """
