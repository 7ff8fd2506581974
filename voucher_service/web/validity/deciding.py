"""Deciding: each act on one refund has a page that says what will happen, and the one button that does it."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, carry_over, funders, readers, refunding, refunds, releases
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.money import in_euros
from voucher_service.web.forms import Date, FormSchema, Typed
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes

pages = Pages("refund_acts", "/campagnes/<series>/restitutions", under="refunding")


class PaymentForm(FormSchema):
    """The bank's reference, or the accountant's, and its day."""

    reference = Typed(needed="Indiquez la référence du paiement.", longest=140)
    paid_on = Date(needed="Indiquez le jour du paiement.")


class WithdrawForm(FormSchema):
    """Why it is not paid after all."""

    reason = Typed(needed="Dites pourquoi.", longest=500)


@pages.get("/repartir")
@allow(Role.FINANCE)
def ask_to_release(session: Session, series: str) -> Page:
    """Say who is given which part of what expired; nothing is shared out yet."""
    found, names = readers.get(session, series=series, by=actor()), _names(session)
    shares = releases.expired_shares(session, campaign_id=found.id)
    return Page(
        "validity/release.html",
        campaign=found,
        shares=[(names[code], cents) for code, cents in shares.items()],
        total_cents=sum(shares.values()),
    )


@pages.post("/repartir", back=ask_to_release)
@allow(Role.FINANCE)
def release(session: Session, series: str) -> Go:
    """Share out the expired value between those who advanced it."""
    at = clock.now()
    done = releases.release(session, series=series, on=clock.civil_date(at), at=at, by=actor())
    words = _("%(amount)s de valeur périmée sont répartis.", amount=in_euros(done.amount_cents))
    return Go("refunding.ask", series=series, said=words)


@pages.get("/<int:no>/approuver")
@allow(Role.FINANCE)
def ask_to_approve(session: Session, series: str, no: int) -> Page:
    """Show what is approved, and what follows; nothing is approved yet."""
    return Page("validity/refund_approve.html", **_known(session, series, no))


@pages.post("/<int:no>/approuver", back=ask_to_approve)
@allow(Role.FINANCE)
def approve(session: Session, series: str, no: int) -> Go:
    """Approve a refund that somebody else prepared."""
    at = clock.now()
    refunding.approve(session, series=series, no=no, on=clock.civil_date(at), at=at, by=actor())
    return Go("refunding.refund", series=series, no=no, said=_("La restitution est approuvée."))


@pages.get("/<int:no>/payer")
@allow(Role.FINANCE)
def ask_how_paid(session: Session, series: str, no: int) -> Page:
    """Ask for the bank's reference and its day, and say what recording them does."""
    return Page("validity/refund_pay.html", **_known(session, series, no))


@pages.post("/<int:no>/payer", back=ask_how_paid)
@allow(Role.FINANCE)
@takes(PaymentForm)
def pay(session: Session, said: dict[str, Any], series: str, no: int) -> Go:
    """Record that a refund was paid, on the bank's day or the accountant's."""
    refunding.pay(session, series=series, no=no, **said, at=clock.now(), by=actor())
    return Go("refunding.refund", series=series, no=no, said=_("Le paiement est enregistré."))


@pages.get("/<int:no>/reporter")
@allow(Role.FINANCE)
def ask_to_carry(session: Session, series: str, no: int) -> Page:
    """Say what leaves this campaign and enters the other; nothing moves yet."""
    return Page("validity/refund_carry.html", **_known(session, series, no))


@pages.post("/<int:no>/reporter", back=ask_to_carry)
@allow(Role.FINANCE)
def carry(session: Session, series: str, no: int) -> Go:
    """Carry a refund over into the campaign that it names."""
    at = clock.now()
    done = carry_over.carry_over(session, series=series, no=no, on=clock.civil_date(at), at=at, by=actor())
    words = _("C'est reporté, sous la référence %(reference)s.", reference=done.deposit)
    return Go("refunding.refund", series=series, no=no, said=words)


@pages.get("/<int:no>/retirer")
@allow(Role.FINANCE)
def ask_to_withdraw(session: Session, series: str, no: int) -> Page:
    """Ask why a refund is not paid, and say what becomes of the money; nothing is withdrawn yet."""
    return Page("validity/refund_withdraw.html", **_known(session, series, no))


@pages.post("/<int:no>/retirer", back=ask_to_withdraw)
@allow(Role.FINANCE)
@takes(WithdrawForm)
def withdraw(session: Session, said: dict[str, Any], series: str, no: int) -> Go:
    """Withdraw a refund that was not paid."""
    at = clock.now()
    refunding.withdraw(session, series=series, no=no, **said, on=clock.civil_date(at), at=at, by=actor())
    return Go("refunding.refund", series=series, no=no, said=_("La restitution est retirée."))


def _known(session: Session, series: str, no: int) -> dict[str, Any]:
    found = refunds.get(session, series=series, no=no, by=actor())
    return {
        "one": found.refund,
        "standing": found.standing.value,
        "names": _names(session),
        "is_mine": found.refund.by == actor().user_id,
        "is_unspent": found.refund.source is refunds.Source.UNSPENT,
        "campaign": campaigns.get(session, series),
    }


def _names(session: Session) -> dict[str, str]:
    return {funder.code: funder.name for funder in funders.search(session)}
