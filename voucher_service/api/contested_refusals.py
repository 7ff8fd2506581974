"""Contested refusals: a venue whose voucher was refused asks finance to look again."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.redemptions import LONGEST_CODE
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Id, Instant, One, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network.vocabulary import Service
from voucher_service.vouchers import contest_list, contesting, presentation
from voucher_service.vouchers.contest_list import Listed, Standing
from voucher_service.vouchers.contest_proposals import Answer, Because
from voucher_service.vouchers.contesting import Ground
from voucher_service.vouchers.presentation import Occasion
from voucher_service.vouchers.refused_codes import Counter

resource = Resource("contested-refusals", "Refusals that venues ask finance to look at again.")


class ContestRequest(Wire):
    """A code that is refused for a service, and why the venue thinks that it should not be."""

    venue_id = Id(required=True)
    code = Text(longest=LONGEST_CODE, required=True)
    served_on = Day(load_default=None, allow_none=True)
    service = Choice(Service, load_default=None, allow_none=True)
    ground = Choice(Ground, required=True)


class ToldShown(Wire):
    """What the venue was told: what it is paid by exception, or why not and how it can appeal."""

    answer = Choice(Answer, required=True)
    because = Choice(Because, required=True)
    explanation = Text(required=True)
    appeal = Text(required=True)
    at = Instant(required=True)
    redemption_id = Id(required=True, allow_none=True)
    face_cents = Cents(required=True, allow_none=True)
    pay_by = Day(required=True, allow_none=True)


class ContestShown(Wire):
    """A contested refusal: ``reason`` is the code of the refusal as it stood, ``told`` the answer once it is given."""

    id = Id(required=True)
    series = Text(required=True)
    serial = Text(required=True)
    issue = Whole(required=True)
    venue_id = Id(required=True)
    served_on = Day(required=True)
    reason = Text(required=True)
    ground = Choice(Ground, required=True)
    at = Instant(required=True)
    standing = Choice(Standing, required=True)
    told = One(ToldShown, required=True, allow_none=True)


class ContestFilter(Page):
    """Which contested refusals to list."""

    series = Series(load_default=None)
    venue_id = Id(load_default=None)
    standing = Choice(Standing, load_default=None)


@resource.post("/contested-refusals")
@allow(Role.VENUE)
@command()
@resource.arguments(ContestRequest)
@resource.response(201, ContestShown)
def contest(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Contest that a voucher is refused; nothing moves."""
    at = clock.now()
    today = clock.civil_date(at)
    [code] = presentation.read_codes([wanted["code"]], state().keys.code_pepper())
    made = contesting.contest(
        session,
        code=code,
        on=Occasion(wanted["venue_id"], wanted["served_on"] or today, today, wanted["service"]),
        ground=wanted["ground"],
        counter=Counter(at, actor(), wanted["venue_id"]),
    )
    return _shown(contest_list.get(session, contest_id=made.id, by=actor()))


@resource.get("/contested-refusals")
@allow(Role.VENUE, Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
@query()
@resource.arguments(ContestFilter, location="query")
@resource.response(200, listing(ContestShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List contested refusals, newest first: a venue its own, the others all."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = contest_list.search(session, **wanted, by=actor(), after=after and UUID(after), limit=limit + 1)
    return page([_shown(row) for row in rows], limit=limit, key=lambda row: [str(row["id"])])


def _shown(listed: Listed) -> dict[str, Any]:
    names = ("id", "series", "serial", "issue", "venue_id", "served_on", "reason", "ground", "at")
    said = {name: getattr(listed.contested, name) for name in names}
    return said | {"standing": listed.standing, "told": listed.told}
