"""Spelling: names compared as people read them, without accents, case or punctuation."""

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss"})
_SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_CEDEX = re.compile(r" cedex( \d+)?$")
_LETTERS = re.compile(r"[^\W\d_]+")
_SMALL = frozenset(
    {"au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lès", "sous", "sur"}
)
_JOINED = {"Le": "du", "Les": "des"}
_SILENT = frozenset("aeiouyh")
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


def readable(name: str) -> str:
    """Return a name written in capitals as people write it: ``CASTELNAU LE LEZ`` is ``Castelnau le Lez``."""
    if not name.isupper():
        return name
    words = _LETTERS.sub(lambda word: _cased(word[0], is_first=word.start() == 0), name.lower())
    return words[:1].upper() + words[1:]


def of(commune_name: str) -> str:
    """Return « de » and a commune's name, as French joins them: ``d'Agde``, ``du Crès``, ``des Matelles``."""
    article, _, rest = commune_name.partition(" ")
    if rest and article in _JOINED:
        return f"{_JOINED[article]} {rest}"
    return f"d’{commune_name}" if plain(commune_name)[:1] in _SILENT else f"de {commune_name}"


def _cased(word: str, *, is_first: bool) -> str:
    return word if word in _SMALL and not is_first else word[:1].upper() + word[1:]
