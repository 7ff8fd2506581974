"""Claims: what venues owe back, and how it ends: repaid, collected by the accountant, or given up by two people."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import Series
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Id, Instant, Many, One, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.settlement.claims import owed, repayments, revenue_orders, write_offs
from voucher_service.settlement.claims.ending import ClaimSettlement, Settled
from voucher_service.settlement.claims.owed import Claim
from voucher_service.settlement.claims.revenue_orders import RevenueOrder
from voucher_service.settlement.claims.write_offs import WriteOffProposal

resource = Resource("claims", "What venues owe back, since a voucher was given back after it was frozen.")

_MOST = 1_000_000


class ClaimsAsked(Wire):
    """Whose claims are asked for; all of them where nobody is named."""

    series = Series(load_default=None)
    operator_id = Id(load_default=None)


class ClaimShown(Wire):
    """A voucher that was given back after it was frozen for payment, and the revenue order that collects it."""

    redemption_id = Id(required=True)
    operator_id = Id(required=True)
    operator = Text(required=True)
    series = Text(required=True)
    serial = Text(required=True)
    venue = Text(required=True)
    face_cents = Cents(required=True)
    reversed_on = Day(required=True)
    run = Whole(required=True)
    titre = Text(required=True, allow_none=True)


class ClaimsShown(Wire):
    """The open claims, by campaign and operator, the oldest first."""

    items = Many(One(ClaimShown), most=_MOST, required=True)


class RepaymentRequest(Wire):
    """Money that an operator gave back: whole vouchers, the oldest claims first; known by the bank's reference."""

    series = Series(required=True)
    operator_id = Id(required=True)
    amount_cents = Cents(required=True)
    reference = Text(longest=140, required=True)
    repaid_on = Day(required=True)


class ClaimsEnded(Wire):
    """Claims of an operator that ended together."""

    id = Id(required=True)
    operator_id = Id(required=True)
    kind = Choice(Settled, required=True)
    reference = Text(required=True)
    amount_cents = Cents(required=True)
    settled_on = Day(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)
    by = Id(required=True)


class RevenueOrderRequest(Wire):
    """The number that the authority's software gave to the order (*titre*)."""

    series = Series(required=True)
    operator_id = Id(required=True)
    number = Text(longest=60, required=True)
    exercice = Whole(least=2000, most=2199, required=True)
    issued_on = Day(required=True)


class RevenueOrderShown(Wire):
    """A revenue order, and what it collects."""

    id = Id(required=True)
    operator_id = Id(required=True)
    number = Text(required=True)
    exercice = Whole(required=True)
    amount_cents = Cents(required=True)
    issued_on = Day(required=True)
    at = Instant(required=True)
    by = Id(required=True)


class WriteOffProposalRequest(Wire):
    """Whose debt would be given up, by which act of the authority, and why."""

    series = Series(required=True)
    operator_id = Id(required=True)
    act = Text(longest=200, required=True)
    reason = Text(longest=500, required=True)


class WriteOffProposed(Wire):
    """A proposal that another person may approve."""

    id = Id(required=True)
    series = Text(required=True)
    operator_id = Id(required=True)
    act = Text(required=True)
    reason = Text(required=True)
    amount_cents = Cents(required=True)
    at = Instant(required=True)
    by = Id(required=True)


class WriteOffsProposed(Wire):
    """The proposals that nobody approved yet, the oldest first."""

    items = Many(One(WriteOffProposed), most=_MOST, required=True)


class WriteOffRequest(Wire):
    """The proposal that a second person approves."""

    proposal_id = Id(required=True)


@resource.get("/claims")
@allow(Role.FINANCE, Role.AUDITOR, Role.VENUE)
@query()
@resource.arguments(ClaimsAsked, location="query")
@resource.response(200, ClaimsShown)
def search(session: Session, wanted: dict[str, Any]) -> dict[str, list[Claim]]:
    """List what is owed back: to a venue its operator's own debts."""
    return {"items": owed.search(session, **wanted, by=actor())}


@resource.post("/claim-repayments")
@allow(Role.FINANCE)
@command()
@resource.arguments(RepaymentRequest)
@resource.response(201, ClaimsEnded)
def repay(session: Session, wanted: dict[str, Any]) -> ClaimSettlement:
    """Write down that an operator gave money back."""
    return repayments.repay(session, **wanted, at=clock.now(), by=actor())


@resource.post("/revenue-orders")
@allow(Role.FINANCE)
@command()
@resource.arguments(RevenueOrderRequest)
@resource.response(201, RevenueOrderShown)
def order(session: Session, wanted: dict[str, Any]) -> RevenueOrder:
    """Write down the order by which a public accountant collects what an operator owes."""
    return revenue_orders.order(session, **wanted, at=clock.now(), by=actor())


@resource.post("/write-off-proposals")
@allow(Role.FINANCE)
@command()
@resource.arguments(WriteOffProposalRequest)
@resource.response(201, WriteOffProposed)
def propose(session: Session, wanted: dict[str, Any]) -> WriteOffProposal:
    """Propose to give up all that an operator owes; nothing moves before another person approves."""
    return write_offs.propose(session, **wanted, at=clock.now(), by=actor())


@resource.get("/write-off-proposals")
@allow(Role.FINANCE, Role.AUDITOR)
@query()
@resource.response(200, WriteOffsProposed)
def proposals(session: Session) -> dict[str, list[WriteOffProposal]]:
    """List the proposals that wait for a second person."""
    return {"items": write_offs.waiting(session)}


@resource.post("/write-offs")
@allow(Role.FINANCE)
@command()
@resource.arguments(WriteOffRequest)
@resource.response(201, ClaimsEnded)
def approve(session: Session, wanted: dict[str, Any]) -> ClaimSettlement:
    """Give up what somebody else proposed: the loss is in the books."""
    now = clock.now()
    return write_offs.approve(session, **wanted, on=clock.civil_date(now), at=now, by=actor())
