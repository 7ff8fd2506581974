"""Covers: a booklet's number as people type it or as a hand scanner types it, and the booklet that it names.

Spaces, dashes and small letters do not matter, and zeros may be left out. A scanner set for an American keyboard types
the symbols of a French one's top row: they are read as the digits that they stand for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.vouchers import booklet_search, register
from voucher_service.vouchers.booklet_search import FoundBooklet
from voucher_service.vouchers.register import Booklet, BookletIsUnknown

LARGEST_RANGE = 2_000

_SERIES = r"([A-Z]{2,6}[0-9]?)-*(20[0-9]{2})"
_WITH_VOUCHER = re.compile(_SERIES + r"-*([0-9]{6})-*[0-9]{2}")
_NUMBER = re.compile(_SERIES + r"-*([0-9]{1,6}|[0-9]{3}-[0-9]{3})")
_ORDINAL = re.compile(r"[0-9]{1,6}")
_APART = re.compile(r"[\s\-\u2010-\u2014_./]+")
_RANGE = re.compile(r"\s+(?:à|a|to)\s+|\s*(?:\.\.|…|→|>)\s*", re.IGNORECASE)
_TOP_ROW = str.maketrans("&é\"'(-è_çà)", "1234567890-")
_ONLY_ON_THE_TOP_ROW = re.compile("[&é\"'(èçà]")


@dataclass(eq=False)
class NumberIsMistyped(Refusal):
    """This is not a booklet's number: it is on the cover, for example PN-2026-000123.

    FR: Ce n'est pas un numéro de carnet : il est sur la couverture, par exemple PN-2026-000123.
    """

    kind = Kind.INVALID
    typed: str


@dataclass(eq=False)
class SeveralBookletsHaveThisNumber(Refusal):
    """Booklets of several campaigns have this number: type it whole, for example PN-2026-000123.

    FR: Des carnets de plusieurs campagnes portent ce numéro : tapez-le en entier, par exemple PN-2026-000123.
    """

    kind = Kind.INVALID
    numbers: tuple[str, ...]


@dataclass(eq=False)
class RangeIsOutOfBounds(Refusal):
    """A range goes from its first booklet to its last, and holds at most 2 000 of one campaign.

    FR: Une plage va de son premier carnet à son dernier, et en contient au plus 2 000 d'une même campagne.
    """

    kind = Kind.INVALID
    typed: str


@dataclass(eq=False)
class BookletIsOfAnotherCampaign(Refusal):
    """This booklet is of another campaign than the one that you chose.

    FR: Ce carnet est d'une autre campagne que celle que vous avez choisie.
    """

    kind = Kind.INVALID
    booklet: str


def read(typed: str) -> str:
    """Return the number that was typed or scanned, in its one form, from a cover or from a voucher's serial.

    Only its last digits are left as they are. Raises ``NumberIsMistyped``.
    """
    letters = typed.strip()
    if _ONLY_ON_THE_TOP_ROW.search(letters):
        letters = letters.translate(_TOP_ROW)
    letters = _APART.sub("-", letters.upper()).strip("-")
    found = _WITH_VOUCHER.fullmatch(letters) or _NUMBER.fullmatch(letters)
    if found:
        return register.booklet_number(f"{found[1]}-{found[2]}", int(found[3].replace("-", "")))
    if _ORDINAL.fullmatch(letters):
        return letters
    raise NumberIsMistyped(typed[:50])


def read_all(typed: Sequence[str], *, series: str) -> list[str]:
    """Return the numbers of one campaign's booklets that lines name: one booklet, or a range « 12 à 40 », each.

    The last digits are enough. Raises ``NumberIsMistyped``, ``RangeIsOutOfBounds``, ``BookletIsOfAnotherCampaign``.
    """
    numbers: dict[str, None] = {}
    for line in typed:
        ends = _RANGE.split(line.strip(), maxsplit=1)
        first, last = (_ordinal(end, series) for end in (ends[0], ends[-1]))
        if not 0 <= last - first < LARGEST_RANGE:
            raise RangeIsOutOfBounds(line[:50])
        numbers |= dict.fromkeys(register.numbered(series, first, last))
    return list(numbers)


def _ordinal(typed: str, series: str) -> int:
    number = read(typed)
    if _ORDINAL.fullmatch(number):
        return int(number)
    if register.series_of(number) != series:
        raise BookletIsOfAnotherCampaign(number)
    return int(number.rpartition("-")[2])


def find(session: Session, *, typed: str, by: Actor) -> FoundBooklet:
    """Return the booklet of the actor's that was typed or scanned, also by its last digits alone.

    Raises ``NumberIsMistyped``, ``BookletIsUnknown``, ``SeveralBookletsHaveThisNumber``.
    """
    number = read(typed)
    if not _ORDINAL.fullmatch(number):
        return booklet_search.get(session, number=number, by=by)
    rows = session.execute(
        select(Booklet.number)
        .join(Campaign, Campaign.id == Booklet.campaign_id)
        .where(Booklet.ordinal == int(number))
        .order_by(Booklet.number)
    )
    found = [one for row in rows if (one := booklet_search.find(session, number=row.number, by=by))]
    if not found:
        raise BookletIsUnknown((typed,))
    if len(found) > 1:
        raise SeveralBookletsHaveThisNumber(tuple(one.number for one in found))
    return found[0]


def read_whole(session: Session, *, typed: str, by: Actor) -> str:
    """Return the number of a booklet that may be anybody's; by its last digits alone, one of the actor's.

    Raises the refusals of ``find``, but not for a booklet of somebody else's that was named in full.
    """
    number = read(typed)
    return find(session, typed=number, by=by).number if _ORDINAL.fullmatch(number) else number
