"""Handovers: a prescriber puts booklets into a person's hands, without a name."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.answers import AnswersRequest, AnswersShown, noted
from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import BookletNumber, Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Choice, Day, Flag, Id, Instant, Many, One, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import answers, handover, handover_search
from voucher_service.vouchers.handover import Handover
from voucher_service.vouchers.handover_search import Order, Wish

resource = Resource("handovers", "Booklets put into people's hands.")

_MOST_BOOKLETS = 100


class HandoverRequest(Wire):
    """Which booklets one person receives, and what the professional noted in brackets."""

    series = Series(required=True)
    site_id = Id(required=True)
    booklets = Many(BookletNumber(), least=1, most=_MOST_BOOKLETS, required=True)
    handed_on = Day(load_default=None)
    person_id = Id(load_default=None, allow_none=True)
    prescription_id = Id(load_default=None, allow_none=True)
    answers = One(AnswersRequest, load_default=None, allow_none=True)


class HandoverSummary(Wire):
    """A handover; inferred where only a first redemption told of it."""

    id = Id(required=True)
    series = Text(required=True)
    site_id = Id(required=True)
    person_id = Id(allow_none=True, required=True)
    prescription_id = Id(allow_none=True, required=True)
    inferred = Flag(required=True)
    undone = Flag(required=True)
    booklets = Whole(required=True)
    handed_on = Day(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)


class HandoverShown(HandoverSummary):
    """A handover, the numbers of its booklets, and what is left of what was noted."""

    numbers = Many(Text(), required=True)
    answers = One(AnswersShown, allow_none=True, required=True)


class HandoverFound(HandoverSummary):
    """A handover of a list, the numbers of its booklets, and how many of their vouchers were used."""

    numbers = Many(Text(), required=True)
    papers_used = Whole(required=True)


class HandoverFilter(Page):
    """Which handovers to list, and in which order; days are both included.

    ``number`` is a booklet's number, or how it begins.
    """

    series = Series(load_default=None)
    site_id = Id(load_default=None)
    number = Text(longest=19, load_default=None)
    from_on = Day(load_default=None)
    until_on = Day(load_default=None)
    undone = Flag(load_default=None)
    order = Choice(Order, load_default=Order.NEWEST)


@resource.post("/handovers")
@allow(Role.PRESCRIBER)
@command()
@resource.arguments(HandoverRequest)
@resource.response(201, HandoverShown)
def hand_over(session: Session, wanted: dict[str, Any]) -> Reply:
    """Hand one or several booklets over to one person."""
    at = clock.now()
    today = clock.civil_date(at)
    wanted["handed_on"] = wanted["handed_on"] or today
    wanted["answers"] = noted(wanted["answers"])
    handed = handover.hand_over(session, **wanted, today=today, at=at, by=actor())
    return Reply(_shown(session, handed), location=f"{PREFIX}/handovers/{handed.id}")


@resource.get("/handovers")
@allow(Role.PRESCRIBER)
@query()
@resource.arguments(HandoverFilter, location="query")
@resource.response(200, listing(HandoverFound))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List the handovers of one's own organisation, by their day."""
    placed = position(wanted)
    after = (date.fromisoformat(placed[0]), UUID(placed[1])) if placed else None
    limit, order = wanted.pop("limit"), wanted.pop("order")
    rows = handover_search.search(
        session, wish=Wish(**wanted), order=order, by=actor(), after=after, limit=limit + 1
    )
    return page(rows, limit=limit, key=lambda row: [row.handed_on.isoformat(), str(row.id)])


@resource.get("/handovers/<uuid:handover_id>")
@allow(Role.PRESCRIBER)
@query()
@resource.response(200, HandoverShown)
def read(session: Session, handover_id: UUID) -> dict[str, Any]:
    """Read a handover of one's own organisation."""
    return _shown(session, handover.own(session, handover_id=handover_id, by=actor()))


def _shown(session: Session, handed: Handover) -> dict[str, Any]:
    return _summary(handed, undone=handover.is_undone(session, handed.id)) | {
        "numbers": handover.booklets_of(session, handed),
        "answers": answers.answers_of(session, handed.id),
    }


def _summary(handed: Handover, undone: bool) -> dict[str, Any]:  # noqa: FBT001 -- a column of the row
    shown = {name: getattr(handed, name) for name in HandoverSummary().fields if name != "undone"}
    return shown | {"undone": undone}
