"""Nearby: the few venues to name to a person who was given a booklet, the nearest first."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from voucher_service.network import communes, venue_search
from voucher_service.network.venue_search import FARTHEST_M, FoundVenue, Wish
from voucher_service.network.vocabulary import Condition

_NEAR_M = 20_000
_SPARE = 3
"""Venues read for each one named, because some receive nobody."""


def find(
    session: Session, *, communes_said: Sequence[str], campaign_id: int, on: date, limit: int = 4
) -> tuple[str | None, list[FoundVenue]]:
    """Return the first commune that is known and the venues nearest to it that take a campaign's vouchers on a day.

    Venues within 20 km, else within 100 km; where no commune is known, the campaign's first venues and no name.
    """
    known = (one for said in communes_said for one in communes.find(session, said=said)[:1])
    commune = next(known, None)
    if commune is not None:
        for within_m in (_NEAR_M, FARTHEST_M):
            wish = Wish(
                latitude=commune.latitude,
                longitude=commune.longitude,
                within_m=within_m,
                commune=commune.name if commune.latitude is None else None,
                campaign_ids=(campaign_id,),
                on=on,
            )
            if found := _receiving(session, wish, limit):
                return commune.name, found
    return None, _receiving(session, Wish(campaign_ids=(campaign_id,), on=on), limit)


def _receiving(session: Session, wish: Wish, limit: int) -> list[FoundVenue]:
    found = venue_search.search(session, wish=wish, limit=limit * _SPARE)
    return [one for one in found if Condition.NO_PUBLIC not in one.venue.conditions][:limit]
