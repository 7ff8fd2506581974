"""Money of a campaign: what funders promise, what has come, what is left for vouchers."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, deposits, funders, pledges, readers
from voucher_service.funding.deposits import DepositDiffers, ExerciceIsMissing
from voucher_service.funding.pledges import PledgeIsMostlyPaid, PledgeKind
from voucher_service.funding.terms import MoneySide
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.money import in_euros
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts
from voucher_service.reports import trial_balance
from voucher_service.web.campaigns import forms
from voucher_service.web.labels import choices
from voucher_service.web.pages import Go, Heading, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import carrying
from voucher_service.web.record import placed

pages = Pages("funding")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
_OF_THE_PLEDGE: dict[type[Refusal], str] = {
    pledges.FunderIsNotInTheKey: "funder",
    PledgeIsMostlyPaid: "amount_cents",
    pledges.AmountIsNotPositive: "amount_cents",
}
_OF_THE_DEPOSIT: dict[type[Refusal], str] = {DepositDiffers: "reference", ExerciceIsMissing: "exercice"}


@pages.get("/financeurs", menu=Menu("Financeurs", 20, Heading.CAMPAIGNS))
@allow(Role.OPERATOR, Role.FINANCE)
def funders_list(session: Session) -> Page:
    """List the funders, and offer to enrol one."""
    return Page("campaigns/funders.html", funders=funders.search(session))


@pages.post("/financeurs", back=funders_list)
@allow(Role.OPERATOR, Role.FINANCE)
@takes(forms.FunderForm, about={funders.FunderExists: "code", funders.FunderCodeIsMalformed: "code"})
def enrol_funder(session: Session, said: dict[str, Any]) -> Go:
    """Enrol a funder."""
    funder = funders.enrol(session, **said, at=clock.now())
    return Go("funding.funders_list", said=_("%(name)s est enregistré.", name=funder.name))


@pages.get("/campagnes/<series>/financement")
@allow(*_READERS)
def money(session: Session, series: str) -> Page:
    """Show what funders promised and paid for a campaign, and what is left."""
    found, by = readers.get(session, series=series, by=actor()), actor()
    names = {funder.code: funder.name for funder in funders.search(session)}
    held = {accounts.funds(part.funder): part.funder for part in campaigns.key_of(session, found.id)}
    left = accounts.seen(session, campaign_id=found.id, addresses=list(held))
    return Page(
        "campaigns/money.html",
        campaign=found,
        pledges=pledges.search(session, series=series, by=by),
        deposits=deposits.search(session, series=series, by=by),
        names=names,
        available=[(names[held[address]], cents) for address, (cents, _version) in sorted(left.items())],
    )


@pages.get("/campagnes/<series>/financement/balance")
@allow(*_READERS)
def balance(session: Session, series: str) -> Page:
    """Show the trial balance of a campaign."""
    found = readers.get(session, series=series, by=actor())
    today = clock.civil_date(clock.now())
    balances = trial_balance.build(session, series=series, position=placed(found.id), on=today, by=actor())
    return Page("campaigns/balance.html", campaign=found, balances=balances, rows=list(balances.rows))


@pages.get("/campagnes/<series>/financement/promesse")
@allow(Role.FINANCE)
def promise(session: Session, series: str) -> Page:
    """Ask for a promise, its amendment or its withdrawal."""
    found = campaigns.get(session, series)
    return Page(
        "campaigns/pledge.html",
        campaign=found,
        funders=_of_key(session, found.id),
        kinds=choices(PledgeKind),
    )


@pages.get("/campagnes/<series>/financement/<any(promesse, versement):act>/verifier")
@allow(Role.FINANCE)
def restart(_session: Session, series: str, act: str) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    return Go("funding.promise" if act == "promesse" else "funding.payment", series=series)


@pages.post("/campagnes/<series>/financement/promesse/verifier", back=promise)
@allow(Role.FINANCE)
@takes(forms.PledgeForm, about=_OF_THE_PLEDGE)
def verify_pledge(session: Session, said: dict[str, Any], series: str) -> Page:
    """Show what would be recorded of a promise, and what it would come to; nothing is recorded yet."""
    found = campaigns.get(session, series)
    pledged = accounts.pledged(said["funder"])
    promised, _version = accounts.seen(session, campaign_id=found.id, addresses=[pledged])[pledged]
    carrying.put_as_typed(forms.PledgeForm)
    return Page(
        "campaigns/pledge_check.html",
        campaign=found,
        wanted=said,
        funder=dict(_of_key(session, found.id)).get(said["funder"], said["funder"]),
        promised=promised,
        change=_change(said, promised),
    )


@pages.post("/campagnes/<series>/financement/promesse", back=promise)
@allow(Role.FINANCE)
@takes(forms.PledgeForm, about=_OF_THE_PLEDGE)
def pledge(session: Session, said: dict[str, Any], series: str) -> Go:
    """Record a promise, its amendment or its withdrawal."""
    amount, less = said.pop("amount_cents") or 0, said.pop("less")
    if said["kind"] is PledgeKind.WITHDRAWAL:
        del said["kind"]
        pledges.withdraw(session, series=series, **said, at=clock.now(), by=actor())
    else:
        cents = -amount if less else amount
        pledges.pledge(session, series=series, amount_cents=cents, **said, at=clock.now(), by=actor())
    return Go("funding.money", series=series, said=_("C'est enregistré."))


@pages.get("/campagnes/<series>/financement/versement")
@allow(Role.FINANCE)
def payment(session: Session, series: str) -> Page:
    """Ask for money that came, or for credits that were committed."""
    found = campaigns.get(session, series)
    return Page(
        "campaigns/deposit.html",
        campaign=found,
        funders=_of_key(session, found.id),
        is_commitment=found.money_side is MoneySide.COMMITMENT,
    )


@pages.post("/campagnes/<series>/financement/versement/verifier", back=payment)
@allow(Role.FINANCE)
@takes(forms.DepositForm, about=_OF_THE_DEPOSIT)
def verify_deposit(session: Session, said: dict[str, Any], series: str) -> Page:
    """Show the money that would be recorded, before it is."""
    found = campaigns.get(session, series)
    carrying.put_as_typed(forms.DepositForm)
    return Page(
        "campaigns/deposit_check.html",
        campaign=found,
        wanted=said,
        funder=dict(_of_key(session, found.id)).get(said["funder"], ""),
        is_commitment=found.money_side is MoneySide.COMMITMENT,
    )


@pages.post("/campagnes/<series>/financement/versement", back=payment)
@allow(Role.FINANCE)
@takes(forms.DepositForm, about=_OF_THE_DEPOSIT)
def receive(session: Session, said: dict[str, Any], series: str) -> Go:
    """Record money received, or an engagement."""
    deposit = deposits.receive(session, series=series, **said, at=clock.now(), by=actor())
    waiting = deposit.amount_cents - deposit.matched_cents
    words = _("%(amount)s enregistrés.", amount=in_euros(deposit.amount_cents))
    if waiting:
        words += " " + _("%(amount)s restent en compte d'attente.", amount=in_euros(waiting))
    return Go("funding.money", series=series, said=words)


def _change(said: dict[str, Any], promised: int) -> int:
    """Return by how much what is promised and not paid would change, in cents."""
    if said["kind"] is PledgeKind.WITHDRAWAL:
        return -promised
    amount: int = said["amount_cents"] or 0
    return -amount if said["less"] else amount


def _of_key(session: Session, campaign_id: int) -> list[tuple[str, str]]:
    names = {funder.code: funder.name for funder in funders.search(session)}
    return [(part.funder, names[part.funder]) for part in campaigns.key_of(session, campaign_id)]
