"""Lists of payment runs, of the payments of a run, and of what each payment is for."""

from functools import partial
from itertools import chain
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Role
from voucher_service.network.vocabulary import Service
from voucher_service.reports.table import Kind
from voucher_service.settlement import (
    exclusions,
    paid_redemptions,
    payments,
    progress,
    run_search,
    runs,
    unusual,
)
from voucher_service.settlement.runs import PaymentRun
from voucher_service.web import listing
from voucher_service.web.labels import label
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read, SearchForm
from voucher_service.web.pages import File, Heading, Menu, Page, Pages, actor, allow, site, takes
from voucher_service.web.runs import wording
from voucher_service.web.runs.forms import RunsAsked

pages = Pages("runs", "/lots")

READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
_RUNS = (
    Column(later("Campagne"), lambda one: one.series),
    Column(later("Lot"), lambda one: one.no, Kind.INTEGER),
    Column(later("Services jusqu'au"), lambda one: one.cut_off_on, Kind.DATE),
    Column(later("Arrêté le"), lambda one: one.at, Kind.INSTANT),
    Column(later("Arrêté par"), lambda one: one.by_name),
    Column(later("Paiements"), lambda one: one.payments, Kind.INTEGER),
    Column(later("Montant brut"), lambda one: one.total_cents, Kind.CENTS),
    Column(later("Déduit"), lambda one: one.netted_cents, Kind.CENTS),
    Column(later("Net à payer"), lambda one: one.net_cents, Kind.CENTS),
    Column(later("État"), lambda one: wording.state(one.state)),
)
_PAYMENTS = (
    Column(later("Paiement"), lambda one: one.payment.end_to_end_id),
    Column(later("Bénéficiaire"), lambda one: one.payment.holder),
    Column("SIRET", lambda one: one.payment.siret),
    Column(later("Compte"), lambda one: one.payment.masked_iban),
    Column(later("Montant brut"), lambda one: one.payment.amount_cents, Kind.CENTS),
    Column(later("À rendre"), lambda one: one.payment.claim_cents, Kind.CENTS),
    Column(later("Déduit"), lambda one: one.payment.netted_cents, Kind.CENTS),
    Column(later("Net à payer"), lambda one: one.payment.net_cents, Kind.CENTS),
    Column(later("Premier virement"), lambda one: _("oui") if one.payment.is_first else _("non")),
    Column(later("État"), lambda one: wording.fate(one)[0]),
    Column(later("Payé le"), lambda one: one.paid_on, Kind.DATE),
)
_INSIDE = (
    Column(later("Pass"), lambda one: one.serial),
    Column(later("Valeur"), lambda one: one.counted_cents, Kind.CENTS),
    Column(later("Jour du service"), lambda one: one.served_on, Kind.DATE),
    Column(later("Service"), lambda one: label(Service(one.service))),
    Column(later("Lieu"), lambda one: one.venue),
    Column(later("Annulé le"), lambda one: one.reversed_on, Kind.DATE),
)
_LEFT_OUT = (
    Column(later("Lieu"), lambda one: one.venue),
    Column(later("Exploitant"), lambda one: one.operator),
    Column(later("Raison"), lambda one: wording.reason(one.reason)),
    Column(later("Pass"), lambda one: one.redemptions, Kind.INTEGER),
    Column(later("Montant"), lambda one: one.amount_cents, Kind.CENTS),
    Column(later("À rendre"), lambda one: one.claim_cents, Kind.CENTS),
)


@pages.get("", menu=Menu("Lots de paiement", 50, Heading.PAYING))
@allow(*READERS)
@takes(RunsAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List the runs of every campaign."""
    return Page(
        "runs/list.html",
        sheet=listing.sheet(asked, _runs(session, asked), at="runs.listed", csv="runs.export"),
        states=listing.choices(wording.STATES),
        orders=listing.choices(listing.ORDERS),
        **wording.helpers(),
    )


@pages.get("/liste.csv", streams=True)
@allow(*READERS)
@takes(RunsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file("lots-de-paiement", _RUNS, listing.whole(_runs(session, asked)))


@pages.get("/<series>/<int:number>/paiements")
@allow(*READERS)
@takes(SearchForm)
def paid(session: Session, asked: dict[str, Any], series: str, number: int) -> Page:
    """List the payments of a run, and what became of each."""
    run = runs.get(session, series=series, run=number)
    path = {"series": series, "number": number}
    return Page(
        "runs/payments.html",
        run=run,
        can_change=_can_change(session, run),
        unusual=unusual.of_run(session, run, from_cents=site().settings.unusual_from_cents),
        sheet=listing.sheet(asked, _paid(session, asked, run), at="runs.paid", csv="runs.paid_file", **path),
        **wording.helpers(),
    )


@pages.get("/<series>/<int:number>/paiements.csv", streams=True)
@allow(*READERS)
@takes(SearchForm)
def paid_file(session: Session, asked: dict[str, Any], series: str, number: int) -> File:
    """Save the payments of a run as a file for a spreadsheet; no IBAN is whole in it."""
    run = runs.get(session, series=series, run=number)
    return listing.file(f"lot-{series}-{number}", _PAYMENTS, listing.whole(_paid(session, asked, run)))


@pages.get("/paiements/<reference>")
@allow(Role.FINANCE, Role.AUDITOR)
@takes(SearchForm)
def payment(session: Session, asked: dict[str, Any], reference: str) -> Page:
    """Open a payment on the vouchers that it pays."""
    found = payments.get(session, reference=reference, by=actor())
    run = runs.get(session, series=found.series, run=found.run)
    [one] = [one for one in progress.of_payments(session, run, words=reference) if _is(one, reference)]
    return Page(
        "runs/payment.html",
        payment=found,
        followed=one,
        usual_cents=unusual.of_run(session, run, from_cents=site().settings.unusual_from_cents).get(
            one.payment.no
        ),
        claims=paid_redemptions.claims(session, reference=reference, by=actor()),
        can_change=_can_change(session, run),
        sheet=listing.sheet(
            asked,
            _inside(session, asked, reference),
            at="runs.payment",
            csv="runs.payment_file",
            reference=reference,
        ),
        say_service=lambda code: label(Service(code)),
        **wording.helpers(),
    )


@pages.get("/paiements/<reference>/pass.csv", streams=True)
@allow(Role.FINANCE, Role.AUDITOR)
@takes(SearchForm)
def payment_file(session: Session, asked: dict[str, Any], reference: str) -> File:
    """Save the vouchers that a payment pays, then those it takes back (below zero), for a spreadsheet."""
    found = payments.get(session, reference=reference, by=actor())
    claims = paid_redemptions.claims(session, reference=reference, by=actor())
    return listing.file(
        found.reference, _INSIDE, chain(listing.whole(_inside(session, asked, reference)), claims)
    )


@pages.get("/<series>/<int:number>/ecartes")
@allow(*READERS)
def left_out(session: Session, series: str, number: int) -> Page:
    """List the venues that a run left out, and why."""
    run = runs.get(session, series=series, run=number)
    found = exclusions.named(session, campaign_id=run.campaign_id, run=number)
    return Page("runs/left_out.html", run=run, found=found, **wording.helpers())


@pages.get("/<series>/<int:number>/ecartes.csv")
@allow(*READERS)
def left_out_file(session: Session, series: str, number: int) -> File:
    """Save the venues that a run left out as a file for a spreadsheet."""
    run = runs.get(session, series=series, run=number)
    found = exclusions.named(session, campaign_id=run.campaign_id, run=number)
    return listing.file(f"lot-{series}-{number}-ecartes", _LEFT_OUT, found)


def _runs(session: Session, asked: dict[str, Any]) -> Read:
    return partial(
        run_search.search, session, words=asked["recherche"], state=asked["etat"], order=asked["tri"]
    )


def _paid(session: Session, asked: dict[str, Any], run: PaymentRun) -> Read:
    return partial(progress.of_payments, session, run, words=asked["recherche"])


def _inside(session: Session, asked: dict[str, Any], reference: str) -> Read:
    return partial(
        paid_redemptions.search, session, reference=reference, by=actor(), words=asked["recherche"]
    )


def _is(one: progress.Followed, reference: str) -> bool:
    return one.payment.end_to_end_id == reference


def _can_change(session: Session, run: PaymentRun) -> bool:
    return actor().role is Role.FINANCE and progress.of_run(session, run).can_change
