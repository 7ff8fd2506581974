"""Paid: what is due, what is on its way, and each payment opened on the vouchers that it pays."""

from functools import partial
from itertools import chain
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Role
from voucher_service.network import readiness
from voucher_service.network.vocabulary import Service
from voucher_service.reports.table import Kind
from voucher_service.settlement import dues, paid_redemptions, payments
from voucher_service.settlement.payments import Stage
from voucher_service.web import amounts, listing
from voucher_service.web.labels import label
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read
from voucher_service.web.pages import File, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.venue import forms, wording

pages = Pages("venue_paid", "/guichet")

_PAYMENTS = (
    Column(later("Paiement"), lambda paid: paid.reference),
    Column(later("Montant brut"), lambda paid: paid.amount_cents, Kind.CENTS),
    Column(later("Déduit"), lambda paid: paid.netted_cents, Kind.CENTS),
    Column(later("Net à payer"), lambda paid: paid.net_cents, Kind.CENTS),
    Column(later("Pass"), lambda paid: paid.redemptions, Kind.INTEGER),
    Column(later("Campagne"), lambda paid: paid.campaign),
    Column(later("Services jusqu'au"), lambda paid: paid.cut_off_on, Kind.DATE),
    Column(later("État"), lambda paid: wording.label(paid.stage)),
    Column(later("Payé le"), lambda paid: paid.paid_on, Kind.DATE),
    Column(later("Rendu le"), lambda paid: paid.returned_on, Kind.DATE),
    Column(later("Compte"), lambda paid: paid.masked_iban),
)
_INSIDE = (
    Column(later("Pass"), lambda taken: taken.serial),
    Column(later("Valeur"), lambda taken: taken.counted_cents, Kind.CENTS),
    Column(later("Jour du service"), lambda taken: taken.served_on, Kind.DATE),
    Column(later("Service"), lambda taken: _said_service(taken.service)),
    Column(later("Lieu"), lambda taken: taken.venue),
    Column(later("Annulé le"), lambda taken: taken.reversed_on, Kind.DATE),
)


@pages.get("/paiements", menu=Menu("Paiements", 50))
@allow(Role.VENUE)
@takes(forms.PaymentsForm)
def payments_list(session: Session, asked: dict[str, Any]) -> Page:
    """Say what is due and when, what is missing, and list the payments."""
    operator_id = actor().organisation_id
    owed = dues.of_operator(session, operator_id=operator_id, by=actor())
    read = _payments(session, asked)
    return Page(
        "venue/payments.html",
        dues=owed,
        next_due=min((due.pay_by for due in owed if due.pay_by), default=None),
        due_cents=sum(due.due_cents for due in owed),
        coming_cents=sum(due.frozen_cents + due.approved_cents for due in owed),
        paid_cents=sum(due.paid_cents for due in owed),
        claim_cents=sum(due.claim_cents for due in owed),
        missing=[label(thing) for thing in readiness.missing(session, operator_id=operator_id)],
        sheet=listing.sheet(asked, read, at="venue_paid.payments_list", csv="venue_paid.payments_file"),
        campaigns=[(due.series, due.name) for due in owed],
        stages=wording.choices(Stage),
        orders=listing.choices(listing.ORDERS),
        stage=wording.label,
        tones=wording.TONES,
    )


@pages.get("/paiements.csv", streams=True)
@allow(Role.VENUE)
@takes(forms.PaymentsForm)
def payments_file(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file(_("paiements"), _PAYMENTS, listing.whole(_payments(session, asked)))


@pages.get("/paiements/<reference>")
@allow(Role.VENUE)
@takes(forms.PaidForm)
def payment(session: Session, asked: dict[str, Any], reference: str) -> Page:
    """Open a payment on the vouchers that it pays."""
    found = payments.get(session, reference=reference, by=actor())
    return Page(
        "venue/payment.html",
        payment=found,
        stage=wording.label(found.stage),
        tone=wording.TONES[found.stage],
        amounts=amounts.lines(found),
        claims=paid_redemptions.claims(session, reference=reference, by=actor()),
        sheet=listing.sheet(
            asked,
            _inside(session, asked, reference),
            at="venue_paid.payment",
            csv="venue_paid.payment_file",
            reference=reference,
        ),
        said_service=_said_service,
    )


@pages.get("/paiements/<reference>/pass.csv", streams=True)
@allow(Role.VENUE)
@takes(forms.PaidForm)
def payment_file(session: Session, asked: dict[str, Any], reference: str) -> File:
    """Save the vouchers that a payment pays, then those it takes back (below zero), for a spreadsheet."""
    found = payments.get(session, reference=reference, by=actor())
    claims = paid_redemptions.claims(session, reference=reference, by=actor())
    return listing.file(
        found.reference, _INSIDE, chain(listing.whole(_inside(session, asked, reference)), claims)
    )


def _payments(session: Session, asked: dict[str, Any]) -> Read:
    return partial(
        payments.search,
        session,
        by=actor(),
        words=asked["recherche"],
        series=asked["series"],
        stage=asked["etat"],
        order=asked["tri"],
    )


def _inside(session: Session, asked: dict[str, Any], reference: str) -> Read:
    return partial(
        paid_redemptions.search, session, reference=reference, by=actor(), words=asked["recherche"]
    )


def _said_service(code: str) -> str:
    return label(Service(code))
