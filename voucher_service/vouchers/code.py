"""Codes: 12 letters and a check letter that can be read aloud, and what is stored of them.

The alphabet has 31 letters, without 0, O, 1, I and L. 31 is prime, so the weighted sum catches every
single wrong letter and every swap of two. A code is derived from the batch's key, never drawn and never
stored: the database holds its MAC only.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from voucher_service.kernel.refusal import Kind, Refusal

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12
QR_PREFIX = "PN1:"

_BASE = len(ALPHABET)
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_LOOK_ALIKE = frozenset("0O1IL")
# Upper case of ASCII letters only: str.upper() would make two letters of one, as of "ß".
_AS_PRINTED = str.maketrans(ascii_lowercase, ascii_uppercase, " -.\u00a0\u202f\t\r\n")
_SPACE = _BASE**LENGTH
TRAINING_BODIES = tuple("TEST" + letter * 8 for letter in "ABCDEFGHJK")
"""The first 12 letters of the training codes (``training``): no voucher ever bears one."""
_RESERVED = frozenset(TRAINING_BODIES)


@dataclass(eq=False)
class CodeIsMalformed(Refusal):
    """A code has 13 letters or digits, in three groups: look at the voucher and type it again.

    FR: Un code compte 13 lettres ou chiffres, en trois groupes : regardez le pass et saisissez-le de nouveau.
    """

    kind = Kind.INVALID
    length: int


@dataclass(eq=False)
class CodeHasForeignLetters(Refusal):
    """This code has a character that codes never use (0, O, 1, I and L are never used): read it again.

    FR: Ce code contient un caractère que les codes n'emploient jamais (ni 0, O, 1, I ou L) : relisez-le.
    """

    kind = Kind.INVALID
    positions: tuple[int, ...]
    look_alike: bool


@dataclass(eq=False)
class CodeIsMistyped(Refusal):
    """One letter is wrong, or two are swapped: read the code again, group by group.

    FR: Une lettre est fausse, ou deux sont inversées : relisez le code, groupe par groupe.
    """

    kind = Kind.INVALID


@dataclass(eq=False)
class CodeIsReserved(Refusal):
    """A voucher would have borne a training code: start again, a new batch has other codes.

    FR: Un pass aurait porté un code d'entraînement : recommencez, un nouveau lot aura d'autres codes.
    """

    serial: str


def derive(batch_key: bytes, serial: str, issue: int) -> str:
    """Derive the 13 letters of a voucher from its batch's key, its serial and its issue.

    Raises ``CodeIsReserved``, which nobody will see: its chance is 10 in 31^12.
    """
    digest = hmac.digest(batch_key, f"{serial}/{issue}".encode(), hashlib.sha256)
    number = int.from_bytes(digest[:16]) % _SPACE
    letters = []
    for _ in range(LENGTH):
        number, value = divmod(number, _BASE)
        letters.append(ALPHABET[value])
    body = "".join(letters)
    if body in _RESERVED:
        raise CodeIsReserved(serial)
    return body + check_letter(body)


def derive_many(batch_key: bytes, serials: Iterable[str], issue: int) -> Iterator[str]:
    """Derive the codes of many serials of one batch, in their order."""
    return (derive(batch_key, serial, issue) for serial in serials)


def check_letter(body: str) -> str:
    """Return the letter that makes the weighted sum of a code a multiple of 31."""
    total = sum(weight * _VALUES[letter] for weight, letter in enumerate(body, start=1))
    # The check letter weighs 13: its value times 13 cancels the sum modulo 31.
    return ALPHABET[(-total * pow(LENGTH + 1, -1, _BASE)) % _BASE]


def read(typed: str) -> str:
    """Return the 13 letters of what a person typed or a scanner read: case, spaces and dashes do not count.

    Raises ``CodeIsMalformed``, ``CodeHasForeignLetters`` or ``CodeIsMistyped``: nothing is looked up for a
    code that cannot exist.
    """
    letters = typed.translate(_AS_PRINTED).removeprefix(QR_PREFIX)
    if len(letters) != LENGTH + 1:
        raise CodeIsMalformed(len(letters))
    foreign = tuple(place for place, letter in enumerate(letters, start=1) if letter not in _VALUES)
    if foreign:
        raise CodeHasForeignLetters(foreign, any(letters[place - 1] in _LOOK_ALIKE for place in foreign))
    if check_letter(letters[:LENGTH]) != letters[LENGTH]:
        raise CodeIsMistyped
    return letters


def grouped(letters: str) -> str:
    """Write a code as it is printed and read aloud: ``7KQ2 MXW9 D4HTB``."""
    return f"{letters[:4]} {letters[4:8]} {letters[8:]}"


def mac(pepper: bytes, letters: str) -> bytes:
    """Return what the database stores of a code: useless without the pepper, which is kept elsewhere."""
    return hmac.digest(pepper, letters.encode(), hashlib.sha256)[:16]
