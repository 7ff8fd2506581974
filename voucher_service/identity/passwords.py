"""Passwords: which passphrases are accepted, and the only form in which they are kept.

A passphrase has at least 14 characters and no other composition rule (CNIL délibération 2022-100 with
throttling; ANSSI: no periodic change). Argon2id with the OWASP profile of 19 MiB, 2 passes, 1 lane.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import ClassVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from voucher_service.kernel.refusal import Kind, Refusal

SHORTEST = 14
LONGEST = 128
_LEAST_OF_ONES_OWN = 8
_LEAST_DIFFERENT = 5
_SHORTEST_KNOWN_WORD = 3
_BLOCKLIST = """
motdepasse motsdepasse password passphrase passnumerique passnumérique numerique numérique bonjour azerty
azertyuiop qwerty qwertyuiop qsdfghjklm wxcvbn soleil jetaime secret admin administrateur changeme changezmoi
bienvenue welcome iloveyou letmein loulou doudou marseille abcdef abcdefgh abcdefghijklmnopqrstuvwxyz
0123456789 123456789 12345678 1234567 123456 12345 1234 123 987654321 654321
"""
_COMMON = frozenset(_BLOCKLIST.split())

# Hashing takes 19 MiB and 35 ms of a core: more at once would make logins a denial of service.
_AT_ONCE = BoundedSemaphore(2)
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Nobody's password, under the same profile: refusing an unknown account takes as long as a known one.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$2pFwHqtuthz0ObOv4jM0zw$L7nUA4R7YRvPF5xgp+SPsqpsatDCbiq8kkLV2yu63Lk"


@dataclass(eq=False)
class PasswordIsTooShort(Refusal):
    """Choose a longer passphrase: several words are easy to remember and hard to guess.

    FR: Choisissez une phrase de passe plus longue : plusieurs mots se retiennent bien et se devinent mal.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    shortest: int = SHORTEST


@dataclass(eq=False)
class PasswordIsTooLong(Refusal):
    """Choose a shorter passphrase.

    FR: Choisissez une phrase de passe plus courte.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    longest: int = LONGEST


@dataclass(eq=False)
class PasswordIsTooCommon(Refusal):
    """This passphrase would be among the first tried: choose words that have nothing to do with you.

    FR: Cette phrase de passe serait essayée parmi les premières : choisissez des mots sans rapport avec vous.
    """

    kind: ClassVar[Kind] = Kind.INVALID


def accept(password: str, *, about: Iterable[str]) -> str:
    """Return the stored form of a new passphrase; ``about`` are words that anyone knows of the person.

    Raises ``PasswordIsTooShort``, ``PasswordIsTooLong``, ``PasswordIsTooCommon``: once the words on the
    blocklist or known of the person and repeated characters are out of it, something of one's own is left.
    """
    if len(password) > LONGEST:
        raise PasswordIsTooLong
    if len(_normal(password)) < SHORTEST:
        raise PasswordIsTooShort
    own = _of_ones_own(password, about)
    if len(own) < _LEAST_OF_ONES_OWN or len(set(own)) < _LEAST_DIFFERENT:
        raise PasswordIsTooCommon
    with _AT_ONCE:
        return _HASHER.hash(_as_bytes(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether this is the passphrase; as slow for no account (``None``) as for a true one."""
    bounded = password if len(password) <= LONGEST else ""
    with _AT_ONCE:
        try:
            return _HASHER.verify(password_hash or _NOBODY, _as_bytes(bounded))
        except VerifyMismatchError:
            return False


def _of_ones_own(password: str, about: Iterable[str]) -> str:
    left = "".join(_normal(password).casefold().split())
    words = {word for phrase in about for word in _normal(phrase).casefold().split()}
    known = {word for word in words if len(word) >= _SHORTEST_KNOWN_WORD}
    for word in sorted(known.union(_COMMON), key=len, reverse=True):
        left = left.replace(word, "")
    return "".join(one for one, before in zip(left, " " + left, strict=False) if one != before)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _as_bytes(password: str) -> bytes:
    # A lone surrogate can be typed in JSON: it has bytes too, so that it is a wrong password, not a crash.
    return _normal(password).encode("utf-8", "surrogatepass")
