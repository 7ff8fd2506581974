"""Exceptional payments: finance pays a venue for a voucher that the rules refused (*par exception*).

Only a voucher that still holds its value, or whose value expired, can be paid so: the euro that goes to the venue is
the one that was put into this voucher, of its own colour. A voucher that was paid to a venue, declared lost, or
replaced holds nothing. To pay it would take a second euro out of the funders' money, without the mandate that each
activation has: that is an indemnity, which the funder decides and pays outside the vouchers' books. It is refused
here, with that reason.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts, books, journal, statements
from voucher_service.vouchers import delivery, own_booklets, presentation, redemption, spent
from voucher_service.vouchers.basket import Basket
from voucher_service.vouchers.contesting import ContestedRefusal
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.presentation import Occasion, Paper
from voucher_service.vouchers.redemption import Redemption, Revived
from voucher_service.vouchers.refused_codes import Counter
from voucher_service.vouchers.spent import VoucherIsExpired

_KEPT = (accounts.STOCK, accounts.SHORTAGE)


@dataclass(eq=False)
class VoucherHoldsNoValue(Refusal):
    """Nothing is left in this voucher to pay with: uphold the refusal; an indemnity is paid outside the vouchers.

    FR: Ce pass ne porte plus de valeur : confirmez le refus ; une indemnité se paie hors des pass.
    """

    serial: str
    because: str


@dataclass(eq=False)
class ExpiredValueIsGone(Refusal):
    """The value of this expired voucher went back to its funders: ask them for it before you pay.

    FR: La valeur de ce pass périmé est retournée aux financeurs : demandez-la-leur avant de payer.
    """

    serial: str
    left_cents: int


@dataclass(eq=False)
class BookletNeverLeft(Refusal):
    """Nobody was given this voucher's booklet: find out how the paper came out before anything is paid.

    FR: Le carnet de ce pass n'a été remis à personne : cherchez comment le papier est sorti avant de payer.
    """

    serial: str
    place: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A contested refusal with the service that the venue gave, on the day on which somebody looks at it."""

    contested: ContestedRefusal
    delivered: Delivery
    today: date
    counter: Counter

    @property
    def occasion(self) -> Occasion:
        """The service that the voucher is to pay for."""
        served_on, service = self.contested.served_on, self.delivered.service
        return Occasion(self.contested.venue_id, served_on, self.today, service)


@dataclass(frozen=True, slots=True)
class Payable:
    """A paper that an exception can pay; ``expired_version`` of the account of what expired, where its value is."""

    venue_no: int
    paper: Paper
    expired_version: int | None

    @property
    def is_expired(self) -> bool:
        """Whether the value expired, and comes back from there."""
        return self.expired_version is not None


def appraise(session: Session, claim: Claim) -> Payable:
    """Say what an exception would pay, or why it cannot.

    Raises ``CampaignIsBlocked``, ``VenueIsNotYours``, ``VoucherHoldsNoValue``, ``BookletNeverLeft``,
    ``ExpiredValueIsGone``, ``DutiesAreIncompatible``, and the refusals of ``delivery.objection``.
    """
    contested = claim.contested
    campaigns.refuse_if_blocked(session, session.get_one(Campaign, contested.campaign_id))
    shown = presentation.show_serial(
        session,
        campaign_id=contested.campaign_id,
        serial=contested.serial,
        on=claim.occasion,
        counter=claim.counter,
    )
    [paper] = shown.papers
    if isinstance(paper, Refusal):
        raise paper
    reason = own_booklets.objection([paper], at=claim.counter.at, by=claim.counter.by) or delivery.objection(
        session,
        claim.delivered,
        state_funded=paper["state_funded"],
        operator_id=contested.operator_id,
        on=contested.served_on,
    )
    if reason is not None:
        raise reason
    return Payable(shown.venue_no, paper, _where_it_expired(session, contested, paper))


def pay(session: Session, claim: Claim) -> Redemption:
    """Redeem the voucher of a contested refusal on its day of service, as any other that the venue took.

    Raises the refusals of ``appraise``.
    """
    payable = appraise(session, claim)
    paper, revived = payable.paper, Revived()
    if payable.expired_version is not None:
        revived = _revived(paper, payable.expired_version)
        # The papers left their place when they expired: there is no handover to infer.
        paper = {**paper, "place": accounts.BENEFICIARIES}
    given = Basket((paper,), claim.occasion, claim.delivered, claim.counter)
    [row] = redemption.enter(session, payable.venue_no, [paper], given, revived)
    return redemption.get(session, row["id"])


def _where_it_expired(session: Session, contested: ContestedRefusal, paper: Paper) -> int | None:
    """Return the version of what expired, or None where the voucher holds its value; raise where there is none."""
    campaign_id, serial = paper["campaign_id"], paper["serial"]
    if paper["place"] in _KEPT:
        raise BookletNeverLeft(serial, paper["place"])
    if paper["issue"] == contested.issue and paper["balance"] >= paper["face_cents"]:
        return None
    why = spent.explain(session, campaign_id=campaign_id, serial=serial, issue=contested.issue)
    if not isinstance(why, VoucherIsExpired):
        raise VoucherHoldsNoValue(serial, why.code())
    # The version first: whatever leaves after it was read makes the entry start again.
    seen = accounts.seen(session, campaign_id=campaign_id, addresses=[accounts.EXPIRED])
    left = _expired_cents(session, paper)
    if left < paper["face_cents"]:
        raise ExpiredValueIsGone(serial, left)
    return seen[accounts.EXPIRED][1]


def _expired_cents(session: Session, paper: Paper) -> int:
    flows = statements.flows(session, campaign_id=paper["campaign_id"], prefixes=[accounts.EXPIRED])
    return sum(flow.balance for flow in flows if flow.colour == paper["colour"])


def _revived(paper: Paper, expired_version: int) -> Revived:
    booklet = accounts.booklet(paper["booklet"])
    address = accounts.voucher(paper["serial"], paper["issue"])
    return Revived(
        transfers=(
            journal.Transfer(accounts.EXPIRED, address, paper["face_cents"], paper["colour"]),
            journal.Transfer(accounts.EXPIRED_PAPERS, accounts.BENEFICIARIES, 1, books.PAPERS),
            journal.Transfer(accounts.BOUND, booklet, 1, books.PAPERS),
        ),
        seen={accounts.EXPIRED: expired_version, booklet: paper["booklet_version"]},
    )
