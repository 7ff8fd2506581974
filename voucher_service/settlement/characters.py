"""Characters: what a bank accepts in a SEPA file, and how French is written with it."""

import re
import unicodedata

_SPELLED = str.maketrans(
    {
        "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ẞ": "SS",
        "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
        "þ": "th", "Þ": "TH", "ħ": "h", "Ħ": "H", "°": "o", "€": "EUR",
        '"': "'", "&": "+", "_": "-", "~": "-", ";": ",", "·": ".", "@": "(at)",
        "[": "(", "{": "(", "]": ")", "}": ")", "\\": "/", "|": "/",
    }
)  # fmt: skip
_ALIKE = {"Pd": "-", "Pi": "'", "Pf": "'", "Sk": "'"}  # Unicode's dashes, quotes and lone accents
_FORBIDDEN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_REFERENCE = re.compile(r"[^A-Z0-9\-]+")


def in_bank_characters(text: str, *, at_most: int) -> str:
    """Write ``text`` with the few characters that every SEPA bank accepts, cut to ``at_most`` of them.

    A letter keeps its shape and loses its accent; what has no likeness becomes a full stop, as the European
    Payments Council advises (EPC217-08). Never empty, for a name may not be.
    """
    spelled = "".join(_ALIKE.get(unicodedata.category(c), c) for c in text.translate(_SPELLED))
    letters = (c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    plain = " ".join(_FORBIDDEN.sub(".", " ".join("".join(letters).translate(_SPELLED).split())).split())
    return plain[:at_most].rstrip() or "."


def as_reference(*parts: str | int) -> str:
    """Join ``parts`` into an identifier that a bank carries unchanged: ``PN-2026-R3-17``.

    At most 35 characters, capitals, digits and hyphens only, so that no slash can start, end or double
    (EPC implementation guidelines). Raises ``ValueError`` when it is longer: a cut one could be another's.
    """
    joined = "-".join(_REFERENCE.sub("-", str(part).upper()).strip("-") for part in parts)
    if not 1 <= len(joined) <= 35:  # noqa: PLR2004 -- Max35Text
        raise ValueError(f"a bank reference has 1 to 35 characters, not {len(joined)}: {joined}")
    return joined
