"""Refused acts: who tried what he may not do, for those who look at how the scheme is kept."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from voucher_service.identity import refused_acts, separation
from voucher_service.identity.refused_acts import Why
from voucher_service.identity.separation import Duty
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.keyset import Order
from voucher_service.reports.table import Kind
from voucher_service.web import labels, listing
from voucher_service.web.forms import Date, One
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read, SearchForm
from voucher_service.web.pages import File, Heading, Menu, Page, Pages, actor, allow, takes

pages = Pages("duties", "/actes-refuses")

_KINDS = {
    "venue": later("Lieu"),
    "run": later("Lot de paiement"),
    "booklet": later("Carnet"),
    "refund": later("Remboursement"),
    "write-off": later("Remise de dette"),
    "hold": later("Blocage"),
    "bank-details": later("Coordonnées bancaires"),
    "succession": later("Succession"),
    "contest-proposal": later("Réponse à un refus contesté"),
}
_COLUMNS = (
    Column(later("Refusé le"), lambda act: act.refused_at, Kind.INSTANT),
    Column(later("Qui"), lambda act: act.name),
    Column(later("Organisation"), lambda act: act.organisation),
    Column(later("Rôle"), lambda act: act.role),
    Column(later("Acte tenté"), lambda act: act_words(act.duty)),
    Column(later("Raison du refus"), lambda act: act.why),
    Column(later("Déjà fait par la même personne"), lambda act: act.done),
    Column(later("Sur quoi"), lambda act: subject_words(act.subject)),
)


class RefusedAsked(SearchForm):
    """Which refused acts are listed."""

    raison = One(Why)
    acte = One(Duty)
    depuis = Date()
    jusque = Date()
    tri = One(Order, default=Order.NEWEST)


@pages.get("", menu=Menu("Actes refusés", 88, Heading.SERVICE))
@allow(Role.AUDITOR, Role.FINANCE)
@takes(RefusedAsked)
def refused(session: Session, asked: dict[str, Any]) -> Page:
    """List the acts that were refused, and the pairs that take two people."""
    return Page(
        "duties/refused.html",
        sheet=listing.sheet(asked, _read(session, asked), at="duties.refused", csv="duties.export"),
        reasons=labels.choices(Why),
        acts=labels.choices(Duty),
        orders=listing.choices(listing.ORDERS),
        pairs=separation.pairs(session),
        label=labels.label,
        act=act_words,
        about=subject_words,
    )


@pages.get("/liste.csv", streams=True)
@allow(Role.AUDITOR, Role.FINANCE)
@takes(RefusedAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file("actes-refuses", _COLUMNS, listing.whole(_read(session, asked)))


def act_words(duty: str) -> str:
    """Say which act was tried: one of a pair in words, any other by its code."""
    return labels.label(Duty(duty)) if duty in set(Duty) else duty


def subject_words(subject: str | None) -> str:
    """Say what an act was about: ``run/PN-2026/3`` is « Lot de paiement PN-2026/3 »."""
    if not subject:
        return ""
    kind, _slash, name = subject.partition("/")
    return f"{gettext(_KINDS[kind])} {name}" if kind in _KINDS else subject


def _read(session: Session, asked: dict[str, Any]) -> Read:
    last = asked["jusque"]
    return partial(
        refused_acts.search,
        session,
        words=asked["recherche"],
        why=asked["raison"],
        duty=asked["acte"],
        since=asked["depuis"] and _midnight(asked["depuis"]),
        until=last and _midnight(last + timedelta(days=1)),
        order=asked["tri"],
        at=clock.now(),
        by=actor(),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.PARIS)
