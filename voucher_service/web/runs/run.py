"""Run: one payment run, who answered for it, what was taken out of it, and how it leaves the house."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.identity import people
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.reports import run_export
from voucher_service.settlement import (
    approval,
    changes,
    exclusions,
    exports,
    progress,
    runs,
    unusual,
    withdrawing,
)
from voucher_service.settlement.changes import Cause
from voucher_service.settlement.exports import Form, MessageIsUnknown, RunFileIsUnknown
from voucher_service.settlement.runs import PaymentRun
from voucher_service.web import proving
from voucher_service.web.labels import choices
from voucher_service.web.pages import File, Go, Page, Pages, actor, allow, site, takes
from voucher_service.web.runs import wording
from voucher_service.web.runs.forms import ApprovalForm, ReceiptForm, WithdrawalForm
from voucher_service.web.runs.lists import READERS
from voucher_service.web.words import euros

pages = Pages("run", "/lots/<series>/<int:number>")

_TYPES = {Form.PAYMENT_ORDER: ("application/xml", "xml"), Form.MANDATE_LIST: ("text/csv", "csv")}


@pages.get("")
@allow(*READERS)
def shown(session: Session, series: str, number: int) -> Page:
    """Show a run: where it stands, who answered for it, what is to be done next."""
    run = runs.get(session, series=series, run=number)
    return Page("runs/run.html", **_known(session, run))


@pages.get("/approbation")
@allow(Role.FINANCE)
def check(session: Session, series: str, number: int) -> Page:
    """Ask who approves to have read the run, and to prove to be there; nothing is approved yet."""
    run = runs.get(session, series=series, run=number)
    staying = runs.staying(session, run)
    known = unusual.of_run(session, run, from_cents=site().settings.unusual_from_cents)
    return Page(
        "runs/approve.html",
        **_known(session, run),
        firsts=[one for one in staying if one.is_first],
        unusual=[(one, known[one.no]) for one in staying if one.no in known],
        **proving.asked(session),
    )


@pages.post("/approbation", back=check)
@allow(Role.FINANCE)
@takes(ApprovalForm, about=proving.ABOUT)
def approve(session: Session, said: dict[str, Any], series: str, number: int) -> Go:
    """Approve the run as it was read."""
    proof = proving.proof_of(session, said)
    approval.approve(
        session,
        series=series,
        run=number,
        content_hash=_hash(said["content_hash"]),
        proof=proof,
        at=clock.now(),
        by=actor(),
    )
    run = runs.get(session, series=series, run=number)
    if approval.find(session, run) is None:
        words = _("Votre approbation est notée. Une autre personne approuve encore ce lot.")
    else:
        words = _("Le lot %(number)s est approuvé. Il peut être exporté.", number=number)
    return Go("run.shown", series=series, number=number, said=words)


@pages.get("/annulation")
@allow(Role.FINANCE)
def ask_to_cancel(session: Session, series: str, number: int) -> Page:
    """Say what cancelling a run does, and ask why; nothing is cancelled yet."""
    run = runs.get(session, series=series, run=number)
    return Page("runs/cancel.html", **_known(session, run), causes=choices(Cause))


@pages.post("/annulation", back=ask_to_cancel)
@allow(Role.FINANCE)
@takes(WithdrawalForm)
def cancel(session: Session, said: dict[str, Any], series: str, number: int) -> Go:
    """Take every payment out of the run."""
    at = clock.now()
    withdrawing.cancel(session, series=series, run=number, **said, on=clock.civil_date(at), at=at, by=actor())
    words = _("Le lot %(number)s est annulé. Tout ce qu'il contenait est de nouveau dû.", number=number)
    return Go("run.shown", series=series, number=number, said=words)


@pages.get("/paiements/<int:payment>/retrait")
@allow(Role.FINANCE)
def ask_to_withdraw(session: Session, series: str, number: int, payment: int) -> Page:
    """Say what taking a payment out does, and ask why; nothing is taken out yet."""
    run = runs.get(session, series=series, run=number)
    chosen = runs.payment(session, run, number=payment)
    return Page("runs/withdraw.html", **_known(session, run), payment=chosen, causes=choices(Cause))


@pages.post("/paiements/<int:payment>/retrait", back=ask_to_withdraw)
@allow(Role.FINANCE)
@takes(WithdrawalForm)
def withdraw(session: Session, said: dict[str, Any], series: str, number: int, payment: int) -> Go:
    """Take a payment out of the run."""
    at, run = clock.now(), runs.get(session, series=series, run=number)
    chosen = runs.payment(session, run, number=payment)
    withdrawing.withdraw(
        session, reference=chosen.end_to_end_id, **said, on=clock.civil_date(at), at=at, by=actor()
    )
    words = _(
        "Le paiement de %(amount)s à %(payee)s est retiré du lot. Il est de nouveau dû.",
        amount=euros(chosen.amount_cents),
        payee=chosen.holder,
    )
    return Go("run.shown", series=series, number=number, said=words)


@pages.get("/export")
@allow(Role.FINANCE)
def ask_to_export(session: Session, series: str, number: int) -> Page:
    """Say what exporting a run does, or who exported it before; nothing leaves yet."""
    run = runs.get(session, series=series, run=number)
    return Page(
        "runs/export.html", **_known(session, run), form_of_run=run_export.form_of(session, series=series)
    )


@pages.post("/export", back=ask_to_export)
@allow(Role.FINANCE)
def export(session: Session, series: str, number: int) -> Go:
    """Take the run out of the house."""
    done = run_export.export(session, series=series, run=number, at=clock.now(), by=actor())
    words = ngettext(
        "Le lot est exporté : téléchargez son fichier.",
        "Le lot est exporté : téléchargez ses %(num)s fichiers.",
        len(done.files),
    )
    if done.is_again:
        words = _("Ce lot avait déjà été exporté : ce sont les mêmes fichiers, octet pour octet.")
    return Go("run.shown", series=series, number=number, said=words)


@pages.get("/fichiers/<int:no>")
@allow(Role.FINANCE)
def file(session: Session, series: str, number: int, no: int) -> File:
    """Give a file of an exported run, as it was written at its first export."""
    run = runs.get(session, series=series, run=number)
    form = run_export.form_of(session, series=series)
    content = exports.content(session, run, form=form, no=no)
    kind, ending = _TYPES[form]
    part = f"-{no}" if no > 1 else ""
    return File(content, kind, f"lot-{series}-{number}{part}.{ending}")


@pages.get("/reception")
@allow(Role.FINANCE)
def ask_who_told(session: Session, series: str, number: int) -> Page:
    """Ask which file was received, and who said so."""
    run = runs.get(session, series=series, run=number)
    return Page("runs/received.html", **_known(session, run))


@pages.post("/reception", back=ask_who_told)
@allow(Role.FINANCE)
@takes(ReceiptForm, about={MessageIsUnknown: "reference"})
def acknowledge(session: Session, said: dict[str, Any], series: str, number: int) -> Go:
    """Write down that a file was received."""
    run = runs.get(session, series=series, run=number)
    if said["reference"] not in {file.reference for file in exports.of_run(session, run)}:
        raise RunFileIsUnknown(number, 0)
    exports.acknowledge(session, **said, at=clock.now(), by=actor())
    return Go("run.shown", series=series, number=number, said=_("C'est noté : le fichier a été reçu."))


def _known(session: Session, run: PaymentRun) -> dict[str, Any]:
    come = progress.of_run(session, run)
    given, changed = approval.of_run(session, run), changes.of_run(session, run)
    taken, files = exports.exports_of(session, run), exports.of_run(session, run)
    received = exports.acknowledged(session, run)
    acts: list[Any] = [run, *given, *changed, *taken, *received]
    return {
        "run": run,
        "campaign": campaigns.get(session, run.series),
        "come": come,
        "approvals": given,
        "changes": changed,
        "exports": taken,
        "files": files,
        "received": {one.file_no: one for one in received},
        "left_out": len(exclusions.of_run(session, campaign_id=run.campaign_id, run=run.no)),
        "names": people.names(session, user_ids={act.by for act in acts}),
        "me": actor().user_id,
        **wording.helpers(),
    }


def _hash(typed: str) -> bytes:
    try:
        return bytes.fromhex(typed)
    except ValueError:
        return b""
