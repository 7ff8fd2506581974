"""Voucher look-ups: a pile of papers is sorted before anything is spent."""

from collections import Counter as Tally
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.marks import allow, command
from voucher_service.api.redemptions import LONGEST_CODE
from voucher_service.api.resource import Resource
from voucher_service.api.turned_away import Reason, reason
from voucher_service.api.wire import Cents, Choice, Day, Id, Many, One, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network.vocabulary import Service
from voucher_service.vouchers import lookup, presentation
from voucher_service.vouchers.lookup import LARGEST_PILE, Looked, Sorted
from voucher_service.vouchers.presentation import Occasion
from voucher_service.vouchers.refused_codes import Counter

resource = Resource("voucher-lookups", "Piles of vouchers sorted before they are spent.")


class LookupRequest(Wire):
    """The codes of a pile, as typed or scanned, and the service that they are to pay for."""

    venue_id = Id(required=True)
    codes = Many(Text(longest=LONGEST_CODE), least=1, most=LARGEST_PILE, required=True)
    served_on = Day(load_default=None, allow_none=True)
    service = Choice(Service, load_default=None, allow_none=True)


class LookedShown(Wire):
    """What one code of the pile, known by its place from 1, turned out to be."""

    place = Whole(required=True)
    outcome = Choice(Sorted, required=True)
    series = Text(allow_none=True, required=True)
    serial = Text(allow_none=True, required=True)
    face_cents = Cents(allow_none=True, required=True)
    use_until = Day(allow_none=True, required=True)
    reason = One(Reason, allow_none=True, required=True)


class HeapShown(Wire):
    """How many papers of one campaign turned out alike."""

    series = Text(allow_none=True, required=True)
    outcome = Choice(Sorted, required=True)
    vouchers = Whole(required=True)
    value_cents = Cents(least=0, required=True)


class LookupShown(Wire):
    """A pile, sorted by campaign and outcome; each paper in its place."""

    heaps = Many(HeapShown, required=True)
    items = Many(LookedShown, required=True)


@resource.post("/voucher-lookups")
@allow(Role.VENUE)
@command(key=False)
@resource.arguments(LookupRequest)
@resource.response(200, LookupShown)
def look_up(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Sort a pile of vouchers by campaign and outcome; nothing is spent."""
    at = clock.now()
    today = clock.civil_date(at)
    looked = lookup.look_up(
        session,
        codes=list(presentation.read_codes(wanted["codes"], state().keys.code_pepper())),
        on=Occasion(wanted["venue_id"], wanted["served_on"] or today, today, wanted["service"]),
        counter=Counter(at, actor(), wanted["venue_id"]),
    )
    return {"heaps": _heaps(looked), "items": [_shown(*item) for item in enumerate(looked, start=1)]}


def _shown(place: int, looked: Looked) -> dict[str, Any]:
    names = ("outcome", "series", "serial", "face_cents", "use_until")
    return {name: getattr(looked, name) for name in names} | {"place": place, "reason": reason(looked.reason)}


def _heaps(looked: Sequence[Looked]) -> list[dict[str, Any]]:
    vouchers: Tally[tuple[str, Sorted]] = Tally((one.series or "", one.outcome) for one in looked)
    values: Tally[tuple[str, Sorted]] = Tally()
    for one in looked:
        values[one.series or "", one.outcome] += one.face_cents or 0
    return [
        {"series": heap[0] or None, "outcome": heap[1], "vouchers": count, "value_cents": values[heap]}
        for heap, count in sorted(vouchers.items())
    ]
