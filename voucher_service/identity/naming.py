"""Naming: what a name and an e-mail address must look like before they are written down."""

import re
from dataclasses import dataclass
from typing import ClassVar

from voucher_service.kernel.refusal import Kind, Refusal

LONGEST_NAME = 200
LONGEST_EMAIL = 254
"""RFC 5321, as corrected by its erratum 1690: the longest address that fits a path."""

_EMAIL = re.compile(r"[^@\s\x00-\x20\x7f]+@[^@\s\x00-\x20\x7f]+\.[^@\s\x00-\x20\x7f]+")


@dataclass(eq=False)
class NameIsMalformed(Refusal):
    """Give a name of 1 to 200 printable characters.

    FR: Indiquez un nom de 1 à 200 caractères imprimables.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class EmailIsMalformed(Refusal):
    """Give an e-mail address, such as name@example.org.

    FR: Indiquez une adresse électronique, par exemple nom@exemple.fr.
    """

    kind: ClassVar[Kind] = Kind.INVALID


def clean_name(name: str) -> str:
    """Return the name with single spaces.

    Raises ``NameIsMalformed`` when it is empty, too long, or holds a character that cannot be printed.
    """
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise NameIsMalformed
    return tidy


def clean_email(email: str) -> str:
    """Return the address in lower case, as accounts are told apart by it.

    Raises ``EmailIsMalformed`` when no letter could ever arrive there.
    """
    tidy = email.strip().lower()
    if len(tidy) > LONGEST_EMAIL or not tidy.isprintable() or not _EMAIL.fullmatch(tidy):
        raise EmailIsMalformed
    return tidy
