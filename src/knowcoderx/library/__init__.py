"""The shared ontology: one for all languages, one module a domain.

A corpus maps its raw labels (``PS``, 人物, ``PERS``) to these classes in its own file.
"""
