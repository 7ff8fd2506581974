"""Refunds on pages: what can go back to whom, prepared on a page that says what it does, listed and followed."""

from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, funders, readers, refunding, refunds, releases
from voucher_service.funding.deposits import FundsAreShort
from voucher_service.funding.pledges import AmountIsNotPositive, FunderIsNotInTheKey
from voucher_service.funding.refunding import LessIsToBeRefunded
from voucher_service.funding.refunds import Found, Source, Standing
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.ledger import accounts
from voucher_service.reports.table import Kind
from voucher_service.web import listing
from voucher_service.web.forms import Euros, FormSchema, One, Typed
from voucher_service.web.language import later
from voucher_service.web.listing import Column, ListForm, Read
from voucher_service.web.pages import File, Go, Heading, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import carrying
from voucher_service.web.validity import wording

pages = Pages("refunding")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
_COLUMNS = (
    Column(later("Numéro"), lambda one: one.refund.number),
    Column(later("Campagne"), lambda one: one.refund.series),
    Column(later("Financeur"), lambda one: one.refund.funder),
    Column(later("Versé à"), lambda one: one.refund.payee),
    Column(later("Origine"), lambda one: wording.say(wording.SOURCES, one.refund.source)),
    Column(later("Montant"), lambda one: one.refund.amount_cents, Kind.CENTS),
    Column(later("État"), lambda one: wording.say(wording.STANDINGS, one.standing)),
    Column(later("Préparée par"), lambda one: one.refund.by_name or ""),
)
_ABOUT = {
    LessIsToBeRefunded: "amount_cents",
    FundsAreShort: "amount_cents",
    AmountIsNotPositive: "amount_cents",
    FunderIsNotInTheKey: "funder",
    campaigns.CampaignIsUnknown: "into_series",
}


class RefundsAsked(ListForm):
    """Of which campaign, and how far."""

    campagne = Typed(default="", longest=12)
    etat = One(Standing)


class RefundForm(FormSchema):
    """What goes back, whose it is, and to whom."""

    source = One(Source, needed="Dites ce qui est rendu.")
    funder = Typed(needed="Choisissez un financeur.", longest=31)
    payee = Typed(longest=31)
    amount_cents = Euros(needed="Indiquez le montant.")
    reason = Typed(needed="Dites pourquoi.", longest=500)
    into_series = Typed(longest=12)


@pages.get("/restitutions", menu=Menu("Restitutions", 73, Heading.END))
@allow(*_READERS)
@takes(RefundsAsked)
def everything(session: Session, asked: dict[str, Any]) -> Page:
    """List what goes back to funders, newest first."""
    return Page(
        "validity/refunds.html",
        sheet=listing.sheet(asked, _read(session, asked), at="refunding.everything", csv="refunding.export"),
        standings=listing.choices(wording.STANDINGS),
        names=_names(session),
        words_of=wording,
    )


@pages.get("/restitutions.csv", streams=True)
@allow(*_READERS)
@takes(RefundsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file("restitutions", _COLUMNS, listing.whole(_read(session, asked)))


@pages.get("/campagnes/<series>/restitutions")
@allow(Role.FINANCE)
def ask(session: Session, series: str) -> Page:
    """Show what waits to go back to each funder, and ask for a refund."""
    found, names = readers.get(session, series=series, by=actor()), _names(session)
    key = campaigns.key_of(session, found.id)
    held = accounts.seen(
        session, campaign_id=found.id, addresses=[accounts.funds(part.funder) for part in key]
    )
    rows = [
        (
            names[part.funder],
            refunds.waiting(session, campaign_id=found.id, funder=part.funder),
            held.get(accounts.funds(part.funder), (0, 0))[0],
        )
        for part in key
    ]
    return Page(
        "validity/refund.html",
        campaign=found,
        rows=rows,
        expired=[
            (names[code], cents)
            for code, cents in releases.expired_shares(session, campaign_id=found.id).items()
        ],
        funders=[(part.funder, names[part.funder]) for part in key],
        sources=listing.choices(wording.SOURCES),
        others=[(one.series, one.series) for one in campaigns.search(session) if one.series != series],
    )


@pages.get("/campagnes/<series>/restitutions/verifier")
@allow(Role.FINANCE)
def restart(_session: Session, series: str) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    return Go("refunding.ask", series=series)


@pages.post("/campagnes/<series>/restitutions/verifier", back=ask)
@allow(Role.FINANCE)
@takes(RefundForm, about=_ABOUT)
def verify(session: Session, said: dict[str, Any], series: str) -> Page:
    """Say what will be prepared; nothing moves yet."""
    found, names = readers.get(session, series=series, by=actor()), _names(session)
    carrying.put_as_typed(RefundForm)
    return Page(
        "validity/refund_check.html",
        campaign=found,
        wanted=said,
        funder=names.get(said["funder"], said["funder"]),
        payee=names.get(said["payee"] or said["funder"], ""),
        source=wording.say(wording.SOURCES, said["source"]),
        is_unspent=said["source"] is Source.UNSPENT,
        fields=list(RefundForm().fields),
    )


@pages.post("/campagnes/<series>/restitutions", back=ask)
@allow(Role.FINANCE)
@takes(RefundForm, about=_ABOUT)
def prepare(session: Session, said: dict[str, Any], series: str) -> Go:
    """Prepare a refund; a second person approves it."""
    at = clock.now()
    optional: dict[str, Any] = {name: said.pop(name) or None for name in ("payee", "into_series")}
    made = refunding.prepare(
        session, series=series, **said, **optional, on=clock.civil_date(at), at=at, by=actor()
    )
    words = _("La restitution %(number)s est préparée : une autre personne l'approuve.", number=made.number)
    return Go("refunding.refund", series=series, no=made.no, said=words)


@pages.get("/campagnes/<series>/restitutions/<int:no>")
@allow(*_READERS)
def refund(session: Session, series: str, no: int) -> Page:
    """Show a refund, how far it is, and what comes next."""
    found = refunds.get(session, series=series, no=no, by=actor())
    return Page(
        "validity/refund_shown.html",
        found=found,
        one=found.refund,
        names=_names(session),
        words_of=wording,
        standing=found.standing.value,
        is_mine=found.refund.by == actor().user_id,
    )


def _names(session: Session) -> dict[str, str]:
    return {funder.code: funder.name for funder in funders.search(session)}


def _read(session: Session, asked: dict[str, Any]) -> Read:
    read: partial[list[Found]] = partial(
        refunds.search,
        session,
        by=actor(),
        series=asked["campagne"].upper() or None,
        standing=asked["etat"],
    )
    return read
