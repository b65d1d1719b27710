"""Types of biomedical text."""

from __future__ import annotations

from knowcoderx.schema import Entity


class Disease(Entity):
    """A disease, disorder, syndrome or symptom, by name, abbreviation or description.

    Examples: "hay fever", "whooping cough", "Crohn's disease", "malignant lymphoma", "TB"
    """


class Chemical(Entity):
    """A chemical substance or drug, by name, formula or abbreviation.

    Examples: "paracetamol syrup", "vitamin C", "KNO3", "ampicillin sodium"
    """


class Protein(Entity):
    """A protein or protein family. Where the schema has a class for enzymes, that class takes them.

    Examples: "hemoglobin", "troponin", "collagen"
    """


class Enzyme(Entity):
    """An enzyme: a protein that speeds up a reaction.

    Examples: "amylase", "lactase", "papain"
    """
