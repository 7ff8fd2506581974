"""Joint statements: what became of every voucher, drawn by number, and agreed or contested by each side."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import OfCampaign, Series
from voucher_service.api.paging import listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Day, Flag, Instant, Text, Whole, Wire
from voucher_service.funding import campaigns
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.ledger import record
from voucher_service.vouchers import joint_statements
from voucher_service.vouchers.joint_statements import JointStatement, Side, StatementAnswer

resource = Resource("joint-statements", "Numbered statements at the end of validity (états contradictoires).")


class StatementRequest(Wire):
    """Of which campaign to draw a statement, as it is known now."""

    series = Series(required=True)


class StatementShown(Wire):
    """A statement: its number, and what it reads; see the report ``joint-statement`` for its figures."""

    series = Text(required=True)
    no = Whole(required=True)
    number = Text(required=True)
    position = Whole(required=True)
    stated_on = Day(required=True)
    at = Instant(required=True)


class StatementAnswerRequest(Wire):
    """Whether one's side agrees to a statement; where not, what it contests."""

    series = Series(required=True)
    no = Whole(least=1, most=2**31 - 1, required=True)
    agreed = Flag(required=True)
    remark = Text(longest=2000, shortest=0, load_default="")


class StatementAnswerShown(StatementAnswerRequest):
    """What one side answered to a statement."""

    side = Choice(Side, required=True)
    at = Instant(required=True)


@resource.post("/joint-statements")
@allow(Role.FINANCE)
@command()
@resource.arguments(StatementRequest)
@resource.response(201, StatementShown)
def draw(session: Session, wanted: dict[str, Any]) -> JointStatement:
    """Draw a statement of what is known now; the same again where nothing happened since."""
    campaign, at = campaigns.get(session, wanted["series"]), clock.now()
    placed = record.sequence(session, campaign_id=campaign.id)
    return joint_statements.draw(
        session, campaign=campaign, position=placed, on=clock.civil_date(at), at=at, by=actor()
    )


@resource.get("/joint-statements")
@allow(Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
@query()
@resource.arguments(OfCampaign, location="query")
@resource.response(200, listing(StatementShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List a campaign's statements by number."""
    [after] = position(wanted) or [None]
    rows = joint_statements.search(
        session, series=wanted["series"], by=actor(), after=after, limit=wanted["limit"] + 1
    )
    return page(rows, limit=wanted["limit"], key=lambda row: [row.no])


@resource.post("/joint-statement-answers")
@allow(Role.FINANCE, Role.FUNDER)
@command()
@resource.arguments(StatementAnswerRequest)
@resource.response(201, StatementAnswerShown)
def answer(session: Session, wanted: dict[str, Any]) -> StatementAnswer:
    """Agree to a statement for one's side, or contest it."""
    return joint_statements.answer(session, **wanted, at=clock.now(), by=actor())
