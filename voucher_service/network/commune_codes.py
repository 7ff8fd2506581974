"""Commune codes: the INSEE code of the commune that somebody names, as the known venues give it.

No gazetteer is kept: the code of a commune without a venue, or whose venues give none, has to be typed.
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import spelling
from voucher_service.network.communes import MOST
from voucher_service.network.venues import Venue

_CODE = re.compile("[0-9][0-9AB][0-9]{3}")
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class CodedCommune:
    """A commune with venues: its INSEE code, its name and its first postcode."""

    insee: str
    name: str
    postcode: str

    @property
    def title(self) -> str:
        """Name and first postcode, which together name one commune."""
        return f"{self.name} ({self.postcode})"


@dataclass(eq=False)
class CommuneIsUnknown(Refusal):
    """No commune is known by this name: check it, or give its INSEE code, five digits.

    FR: Aucune commune n'est connue sous ce nom : vérifiez-le, ou donnez son code INSEE, 5 chiffres.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    said: str


@dataclass(eq=False)
class SeveralCommunesAreMeant(Refusal):
    """Several communes bear this name or this postcode: choose one of them.

    FR: Plusieurs communes portent ce nom ou ce code postal : choisissez-en une.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    said: str
    titles: tuple[str, ...]


def find(session: Session, *, said: str) -> list[CodedCommune]:
    """Return the communes that an INSEE code, a postcode or a name means, by name.

    A name nobody bears may be the beginning of one: then the communes that begin so.
    """
    code, key = said.strip().upper(), spelling.commune(said)
    for wanted in (Venue.insee == code, or_(Venue.postcode == code, Venue.commune_key == key)):
        if found := _read(session, wanted):
            return found
    if len(key) < _SHORTEST:
        return []
    return _read(session, Venue.commune_key.startswith(key, autoescape=True))


def get(session: Session, *, said: str) -> str:
    """Return the INSEE code of the one commune that is meant; a code that no venue gives is believed.

    Raises ``SeveralCommunesAreMeant``, ``CommuneIsUnknown``.
    """
    found = find(session, said=said)
    if len(found) == 1:
        return found[0].insee
    if found:
        raise SeveralCommunesAreMeant(said, tuple(one.title for one in found))
    code = said.strip().upper()
    if not _CODE.fullmatch(code):
        raise CommuneIsUnknown(said)
    return code


def _read(session: Session, wanted: ColumnElement[bool]) -> list[CodedCommune]:
    name = func.max(Venue.commune.collate("C"))
    known = select(Venue.insee, name, func.min(Venue.postcode)).where(Venue.insee.is_not(None), wanted)
    rows = session.execute(known.group_by(Venue.insee).order_by(name, Venue.insee).limit(MOST))
    return [_commune(row) for row in rows]


def _commune(row: Row[str | None, str, str]) -> CodedCommune:
    insee, name, postcode = row
    return CodedCommune(insee or "", spelling.readable(name), postcode)
