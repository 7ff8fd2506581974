"""Spelling: names compared as people read them, without accents, case or punctuation."""

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss"})
_SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_CEDEX = re.compile(r" cedex( \d+)?$")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Return words in lower case, without accents or punctuation: ``SAINT-THIBÉRY`` is ``saint thibery``."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _NOT_A_WORD.sub(" ", bare.casefold()).strip()


def commune(text: str) -> str:
    """Return a commune as it is compared: ``St-Thibéry CEDEX 2`` and ``SAINT THIBERY`` are the same."""
    words = _CEDEX.sub("", plain(text)).split()
    return " ".join(_SAINTS.get(word, word) for word in words)


def tidy(text: str) -> str:
    """Return the text with single spaces, none at its ends, and no invisible marks (soft hyphens, BOMs)."""
    if not text.isprintable():
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(text.split())
