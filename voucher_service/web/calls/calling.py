"""Calls for funds on pages: what is still due, a new call after a look at it, and what came of each."""

from collections.abc import Mapping
from enum import Enum
from functools import partial
from typing import Any

from flask import abort
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, funders, instalments, readers
from voucher_service.funding.instalments import Part, ScheduleExceedsThePledge
from voucher_service.funding.pledges import AmountIsNotPositive
from voucher_service.funding.suspense import DepositIsUnknown
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.money import in_euros
from voucher_service.reports import as_csv, as_pdf, fund_call
from voucher_service.reports.table import Kind
from voucher_service.settlement import call_receipts, calling, fund_calls
from voucher_service.settlement.call_receipts import DepositIsMatched, Due, LessIsDue, Standing
from voucher_service.settlement.calling import DeadlineIsPast, InstalmentsArePaidIn, NothingToCall
from voucher_service.settlement.fund_calls import Basis
from voucher_service.web import listing
from voucher_service.web.forms import Date, Euros, FormSchema, One, Tick, Typed
from voucher_service.web.language import language, later
from voucher_service.web.listing import Column, ListForm, Read
from voucher_service.web.pages import File, Go, Heading, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import carrying
from voucher_service.web.record import placed

pages = Pages("calls")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
BASES: Mapping[Enum, str] = {
    Basis.INSTALMENTS: later("Échéances de la convention"),
    Basis.USED: later("Pass encaissés"),
}
STANDINGS: Mapping[Enum, str] = {
    Standing.OPEN: later("Restant à recevoir"),
    Standing.LATE: later("En retard"),
    Standing.SETTLED: later("Soldés"),
    Standing.CANCELLED: later("Annulés"),
}
AGES = {
    "1-30": later("1 à 30 jours"),
    "31-60": later("31 à 60 jours"),
    "61-90": later("61 à 90 jours"),
    "90+": later("Plus de 90 jours"),
}
_COLUMNS = (
    Column(later("Numéro"), lambda one: one.number),
    Column(later("Financeur"), lambda one: one.funder_name),
    Column(later("Objet"), lambda one: _(BASES[Basis(one.basis)])),
    Column(later("Émis le"), lambda one: one.issued_on, Kind.DATE),
    Column(later("À payer avant le"), lambda one: one.pay_by, Kind.DATE),
    Column(later("Appelé"), lambda one: one.amount_cents, Kind.CENTS),
    Column(later("Reçu"), lambda one: one.received_cents, Kind.CENTS),
    Column(later("Reste dû"), lambda one: one.due_cents, Kind.CENTS),
    Column(later("Annulé le"), lambda one: one.cancelled_on, Kind.DATE),
    Column(later("Motif de l'annulation"), lambda one: one.cancelled_because),
    Column(later("Jours de retard"), lambda one: one.days_late if one.due_cents else 0, Kind.INTEGER),
)


class CallsAsked(ListForm):
    """Of which campaign, of which funder, and how far."""

    campagne = Typed(default="", longest=12)
    financeur = Typed(default="", longest=31)
    etat = One(Standing)


class CallForm(FormSchema):
    """Whom to call, for what, and until when it is paid."""

    funder = Typed(needed="Choisissez un financeur.", longest=31)
    basis = One(Basis, needed="Dites ce qui est appelé.")
    until = Date(needed="Indiquez jusqu'à quel jour.")
    pay_by = Date(needed="Indiquez avant quel jour payer.")
    outside = Tick()


class ReceiptForm(FormSchema):
    """What came: from a deposit, or outside under a reference."""

    amount_cents = Euros(needed="Indiquez le montant.")
    received_on = Date(needed="Indiquez le jour.")
    deposit = Typed(longest=140)
    reference = Typed(longest=140)


class InstalmentForm(FormSchema):
    """One instalment of a funder."""

    funder = Typed(needed="Choisissez un financeur.", longest=31)
    due_on = Date(needed="Indiquez le jour de l'échéance.")
    amount_cents = Euros(needed="Indiquez le montant.")
    label = Typed(default="", longest=140)


_ABOUT = {NothingToCall: "funder", DeadlineIsPast: "pay_by", InstalmentsArePaidIn: "outside"}


@pages.get("/appels-de-fonds", menu=Menu("Appels de fonds", 74, Heading.CAMPAIGNS))
@allow(*_READERS)
@takes(CallsAsked)
def everything(session: Session, asked: dict[str, Any]) -> Page:
    """List what funders were called for, and what is still due."""
    return Page(
        "calls/list.html",
        sheet=listing.sheet(asked, _read(session, asked), at="calls.everything", csv="calls.export"),
        standings=listing.choices(STANDINGS),
        funders=[(one.code, one.name) for one in funders.search(session)],
        bases={str(basis.value): words for basis, words in BASES.items()},
        ages=AGES,
        campaigns=campaigns.search(session) if actor().role is Role.FINANCE else [],
    )


@pages.get("/appels-de-fonds.csv", streams=True)
@allow(*_READERS)
@takes(CallsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file("appels-de-fonds", _COLUMNS, listing.whole(_read(session, asked)))


@pages.get("/campagnes/<series>/appels-de-fonds/nouveau")
@allow(Role.FINANCE)
def ask(session: Session, series: str) -> Page:
    """Ask whom to call, and for what."""
    found = campaigns.get(session, series)
    return Page(
        "calls/new.html",
        campaign=found,
        funders=_of_key(session, found.id),
        bases=listing.choices(BASES),
    )


@pages.get("/campagnes/<series>/appels-de-fonds/verifier")
@allow(Role.FINANCE)
def restart(_session: Session, series: str) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    return Go("calls.ask", series=series)


@pages.post("/campagnes/<series>/appels-de-fonds/verifier", back=ask)
@allow(Role.FINANCE)
@takes(CallForm, about=_ABOUT)
def verify(session: Session, said: dict[str, Any], series: str) -> Page:
    """Say what would be called; nothing is called yet."""
    found, today = campaigns.get(session, series), clock.civil_date(clock.now())
    calling.refuse_terms(basis=said["basis"], on=today, pay_by=said["pay_by"], outside=said["outside"])
    wanted = {name: said[name] for name in ("funder", "basis", "until")}
    asked = calling.preview(session, series=series, **wanted, position=placed(found.id))
    if asked.cents <= 0:
        raise NothingToCall(said["funder"], said["until"])
    carrying.put(said)
    return Page(
        "calls/check.html",
        campaign=found,
        wanted=said,
        asked=asked,
        funder=funders.get(session, said["funder"]).name,
        basis=BASES[said["basis"]],
        is_used=said["basis"] is Basis.USED,
        fields=list(CallForm().fields),
    )


@pages.post("/campagnes/<series>/appels-de-fonds", back=ask)
@allow(Role.FINANCE)
@takes(CallForm, about=_ABOUT)
def issue(session: Session, said: dict[str, Any], series: str) -> Go:
    """Issue the call: all that is due and was never called."""
    found, at = campaigns.get(session, series), clock.now()
    made = calling.issue(
        session,
        series=series,
        **said,
        position=placed(found.id),
        on=clock.civil_date(at),
        at=at,
        by=actor(),
    )
    words = _("L'appel %(number)s est émis : imprimez-le et envoyez-le.", number=made.number)
    return Go("calls.call", series=series, no=made.no, said=words)


@pages.get("/campagnes/<series>/appels-de-fonds/<int:no>")
@allow(*_READERS)
def call(session: Session, series: str, no: int) -> Page:
    """Show a call, what came of it, and which deposits may answer it."""
    found = fund_calls.get(session, series=series, no=no, by=actor())
    names = {one.code: one.name for one in funders.search(session)}
    owed = fund_calls.beneficiaries(session, campaign_id=found.campaign_id, no=no)
    receipts = call_receipts.of_call(session, call=found)
    cancelled = fund_calls.cancellation(session, found)
    return Page(
        "calls/call.html",
        call=found,
        names=names,
        owed=[(names[code], cents) for code, cents in owed.items()],
        receipts=receipts,
        due_cents=0 if cancelled else found.amount_cents - sum(one.amount_cents for one in receipts),
        cancelled=cancelled,
        basis=BASES[found.basis],
        is_used=found.basis is Basis.USED,
        deposits=[
            (one.reference, f"{one.reference} : {in_euros(one.left_cents)}")
            for one in call_receipts.unmatched(session, campaign_id=found.campaign_id, funder=found.funder)
        ],
    )


@pages.post("/campagnes/<series>/appels-de-fonds/<int:no>", back=call)
@allow(Role.FINANCE)
@takes(
    ReceiptForm,
    about={
        LessIsDue: "amount_cents",
        DepositIsMatched: "amount_cents",
        AmountIsNotPositive: "amount_cents",
        DepositIsUnknown: "deposit",
    },
)
def receive(session: Session, said: dict[str, Any], series: str, no: int) -> Go:
    """Match money to a call."""
    money: dict[str, Any] = {"deposit": said["deposit"] or None, "reference": said["reference"] or ""}
    given = {name: said[name] for name in ("amount_cents", "received_on")}
    done = call_receipts.receive(session, series=series, no=no, **given, **money, at=clock.now(), by=actor())
    words = _("%(amount)s sont rapprochés de cet appel.", amount=in_euros(done.amount_cents))
    return Go("calls.call", series=series, no=no, said=words)


@pages.get("/campagnes/<series>/appels-de-fonds/<int:no>/<name>.<form>")
@allow(*_READERS)
def document(session: Session, series: str, no: int, name: str, form: str) -> File:
    """Give the document of a call, or the list of its vouchers."""
    builders = {"appel": fund_call.build, "pass": fund_call.build_lines}
    if name not in builders or form not in ("pdf", "csv"):
        abort(404)
    table = builders[name](session, series=series, no=no, by=actor())
    if form == "pdf":
        return File(as_pdf.render(table, language=language()), as_pdf.MEDIA_TYPE, f"{table.name}.pdf")
    rendered = b"".join(as_csv.render(table, language=language()))
    return File(rendered, as_csv.MEDIA_TYPE, f"{table.name}.csv")


@pages.get("/campagnes/<series>/echeancier")
@allow(*_READERS)
def schedule(session: Session, series: str) -> Page:
    """Show when conventions have funders' money called, and ask for one more instalment."""
    found = readers.get(session, series=series, by=actor())
    return Page(
        "calls/schedule.html",
        campaign=found,
        parts=instalments.search(session, series=series, by=actor()),
        funders=_of_key(session, found.id),
        names={one.code: one.name for one in funders.search(session)},
    )


@pages.post("/campagnes/<series>/echeancier", back=schedule)
@allow(Role.FINANCE)
@takes(
    InstalmentForm,
    about={ScheduleExceedsThePledge: "amount_cents", AmountIsNotPositive: "amount_cents"},
)
def add(session: Session, said: dict[str, Any], series: str) -> Go:
    """Add an instalment to a funder's schedule."""
    funder = said.pop("funder")
    instalments.schedule(
        session, series=series, funder=funder, parts=[Part(**said)], at=clock.now(), by=actor()
    )
    return Go("calls.schedule", series=series, said=_("L'échéance est ajoutée."))


def _of_key(session: Session, campaign_id: int) -> list[tuple[str, str]]:
    names = {funder.code: funder.name for funder in funders.search(session)}
    return [(part.funder, names[part.funder]) for part in campaigns.key_of(session, campaign_id)]


def _read(session: Session, asked: dict[str, Any]) -> Read:
    read: partial[list[Due]] = partial(
        call_receipts.search,
        session,
        today=clock.civil_date(clock.now()),
        by=actor(),
        series=asked["campagne"].upper() or None,
        funder=asked["financeur"] or None,
        standing=asked["etat"],
    )
    return read
