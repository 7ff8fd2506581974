"""Holder names: whether the holder of an account is whom it is meant to pay, compared as people read names.

A substitution of bank details shows here first. The comparison leaves out what banks and registers write each
in their own way: accents, case, punctuation, the legal form and the article of a name.
"""

from difflib import SequenceMatcher

from voucher_service.kernel.coded import Coded
from voucher_service.network import spelling

_LEGAL_FORMS = frozenset(
    {
        "association",
        "asso",
        "ass",
        "assoc",
        "sarl",
        "sas",
        "sasu",
        "sa",
        "eurl",
        "scic",
        "scop",
        "sci",
        "societe",
    }
)
_SMALL_WORDS = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "et", "commune", "mairie", "ville"})
_CIVILITIES = frozenset({"monsieur", "madame", "m", "mme", "mr", "titulaire"})
_LEFT_OUT = _LEGAL_FORMS | _SMALL_WORDS | _CIVILITIES
_NEAR_FROM = 0.8


class Likeness(Coded):
    """How near the holder's name is to the legal name."""

    EQUAL = ("equal", "Même nom", "Same name")
    NEAR = ("near", "Nom proche : à regarder", "A similar name: look at it")
    DIFFERENT = ("different", "Nom différent : à expliquer", "Another name: it needs an explanation")


def compare(holder: str, legal_name: str) -> Likeness:
    """Compare the holder of an account with the legal name of whom it is to pay."""
    one, other = _told(holder), _told(legal_name)
    if one == other:
        return Likeness.EQUAL
    if not one or not other:
        return Likeness.DIFFERENT
    is_part = set(one) <= set(other) or set(other) <= set(one)
    likeness = SequenceMatcher(None, " ".join(one), " ".join(other)).ratio()
    return Likeness.NEAR if is_part or likeness >= _NEAR_FROM else Likeness.DIFFERENT


def _told(name: str) -> list[str]:
    """Return the words of a name that tell it from another; all of them where nothing else is left."""
    words = spelling.plain(name).split()
    return [word for word in words if word not in _LEFT_OUT] or words
