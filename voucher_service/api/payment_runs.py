"""Payment runs: what is owed to venues, frozen for payment, and what leaves the house once it is approved."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import OfCampaign, Series
from voucher_service.api.paging import listing, page, position
from voucher_service.api.reply import Document, Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Cents, Choice, Day, Flag, Id, Instant, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.reports import as_csv
from voucher_service.settlement import (
    approval,
    changes,
    exclusions,
    exports,
    freezing,
    progress,
    runs,
    unusual,
)
from voucher_service.settlement.approval import RunApproval
from voucher_service.settlement.changes import Cause, RunChange
from voucher_service.settlement.exclusions import LeftOut
from voucher_service.settlement.exports import Form, RunFile
from voucher_service.settlement.progress import Followed, Progress, State
from voucher_service.settlement.runs import PaymentRun

resource = Resource("payment-runs", "What is owed to venues, frozen for payment.")

_MOST_PAYMENTS = 100_000
_FROZEN = ("payments", "redemptions", "total_cents", "netted_cents", "net_cents")
_TERMS = ("position", "cut_off_on", "minimum_cents", "is_last", "approvals_needed")
_OF_A_RUN = ("id", "series", "no", *_FROZEN, *_TERMS)
_PAYEE = ("operator_id", "holder", "siret", "masked_iban", "is_first")
_OF_A_PAYMENT = ("no", "end_to_end_id", *_PAYEE, "amount_cents", "claim_cents", "netted_cents", "net_cents")
_OF_A_CHANGE = ("no", "cause", "note", "payments", "redemptions", "total_cents", "netted_cents", "at", "by")


class FreezeRequest(Wire):
    """Services given up to ``cut_off_on`` that nobody paid yet."""

    series = Series(required=True)
    cut_off_on = Day(required=True)
    minimum_cents = Cents(least=0, load_default=None, allow_none=True)
    is_last = Flag(load_default=False)


class RunShown(Wire):
    """A run and how far it has come; ``content_hash`` names what it holds now, which other persons approve.

    ``payments``, ``redemptions`` and ``total_cents`` were frozen; the ``left`` ones are without those taken out. Totals
    are gross; ``netted_cents`` is what of them is owed back and taken, ``net_cents`` what is ordered. ``approvals``
    counts those of what it holds now. It ``is_closed`` once every payment ended.
    """

    id = Id(required=True)
    series = Text(required=True)
    no = Whole(required=True)
    state = Choice(State, required=True)
    cut_off_on = Day(required=True)
    position = Whole(required=True)
    payments = Whole(required=True)
    redemptions = Whole(required=True)
    total_cents = Cents(required=True)
    netted_cents = Cents(least=0, required=True)
    net_cents = Cents(required=True)
    left_payments = Whole(required=True)
    left_redemptions = Whole(required=True)
    left_cents = Cents(least=0, required=True)
    left_netted_cents = Cents(least=0, required=True)
    left_net_cents = Cents(least=0, required=True)
    minimum_cents = Cents(least=0, required=True)
    is_last = Flag(required=True)
    content_hash = Text(required=True)
    approvals_needed = Whole(required=True)
    approvals = Whole(required=True)
    frozen_at = Instant(required=True)
    frozen_by = Id(required=True)
    approved_at = Instant(required=True, allow_none=True)
    approved_by = Id(required=True, allow_none=True)
    exported_at = Instant(required=True, allow_none=True)
    acknowledged_at = Instant(required=True, allow_none=True)
    paid = Whole(required=True)
    returned = Whole(required=True)
    rejected = Whole(required=True)
    withdrawn = Whole(required=True)
    is_closed = Flag(required=True)


class PaymentShown(Wire):
    """One transfer; ``amount_cents`` is gross, ``claim_cents`` what its operator owed back at the freeze.

    ``netted_cents`` is what of that it takes, ``net_cents`` what is ordered to be paid.
    It ``is_first`` where its operator was never paid on this account, and ``is_unusual`` where it is more than three
    times what that operator was ever paid before.
    """

    no = Whole(required=True)
    end_to_end_id = Text(required=True)
    operator_id = Id(required=True)
    holder = Text(required=True)
    siret = Text(required=True)
    masked_iban = Text(required=True)
    amount_cents = Cents(required=True)
    claim_cents = Cents(least=0, required=True)
    netted_cents = Cents(least=0, required=True)
    net_cents = Cents(required=True)
    is_first = Flag(required=True)
    is_unusual = Flag(required=True)
    paid_on = Day(required=True, allow_none=True)
    returned_on = Day(required=True, allow_none=True)
    rejected_on = Day(required=True, allow_none=True)
    return_reason = Text(required=True, allow_none=True)
    withdrawn_on = Day(required=True, allow_none=True)
    withdrawal_cause = Choice(Cause, required=True, allow_none=True)


class ExclusionShown(Wire):
    """A venue that was left out, and why."""

    venue_no = Whole(required=True)
    operator_id = Id(required=True)
    reason = Choice(LeftOut, required=True)
    redemptions = Whole(required=True)
    amount_cents = Cents(least=0, required=True)
    claim_cents = Cents(least=0, required=True)


class ApprovalGiven(Wire):
    """A person's approval of one content of the run; it counts while that is what the run holds."""

    by = Id(required=True)
    at = Instant(required=True)
    content_hash = Text(required=True)


class ChangeShown(Wire):
    """Payments were taken out of a run: why, and what was left of it, gross and taken back."""

    no = Whole(required=True)
    cause = Choice(Cause, required=True)
    note = Text(required=True, allow_none=True)
    payments = Whole(required=True)
    redemptions = Whole(required=True)
    total_cents = Cents(least=0, required=True)
    netted_cents = Cents(least=0, required=True)
    content_hash = Text(required=True)
    at = Instant(required=True)
    by = Id(required=True)


class FileShown(Wire):
    """A file by which the run left; its ``reference`` is in it, and its SHA-256 is that of its bytes.

    ``total_cents`` is what it orders: net.
    """

    form = Choice(Form, required=True)
    no = Whole(required=True)
    reference = Text(required=True)
    payments = Whole(required=True)
    total_cents = Cents(required=True)
    sha256 = Text(required=True)
    at = Instant(required=True)
    by = Id(required=True)


class RunInFull(RunShown):
    """A run with each of its payments, the venues that it left out, and what people did with it."""

    details = Many(PaymentShown, most=_MOST_PAYMENTS, required=True)
    left_out = Many(ExclusionShown, most=_MOST_PAYMENTS, required=True)
    approvals_given = Many(ApprovalGiven, required=True)
    changes = Many(ChangeShown, most=_MOST_PAYMENTS, required=True)
    files = Many(FileShown, most=_MOST_PAYMENTS, required=True)


class FileAsked(Wire):
    """Which of the files of a run: there is one, unless the bank limits what a file carries."""

    no = Whole(least=1, load_default=1)


@resource.post("/payment-runs")
@allow(Role.FINANCE)
@command()
@resource.arguments(FreezeRequest)
@resource.response(201, RunShown)
def freeze(session: Session, wanted: dict[str, Any]) -> Reply:
    """Freeze what venues are owed into a run."""
    at = clock.now()
    run = freezing.freeze(session, **wanted, on=clock.civil_date(at), at=at, by=actor())
    return Reply(
        _shown(run, progress.of_run(session, run)), location=f"{PREFIX}/payment-runs/{run.series}/{run.no}"
    )


@resource.get("/payment-runs")
@allow(Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
@query()
@resource.arguments(OfCampaign, location="query")
@resource.response(200, listing(RunShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List a campaign's runs, the newest first."""
    [after] = position(wanted) or [None]
    rows = runs.search(session, series=wanted["series"], after=after, limit=wanted["limit"] + 1)
    shown = [_shown(run, come) for run, come in zip(rows, progress.of_runs(session, rows), strict=True)]
    return page(shown, limit=wanted["limit"], key=lambda row: [row["no"]])


@resource.get("/payment-runs/<series>/<int:number>")
@allow(Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
@query()
@resource.response(200, RunInFull)
def read(session: Session, series: str, number: int) -> dict[str, Any]:
    """Read a run, its payments and the venues that it left out."""
    run = runs.get(session, series=series, run=number)
    known = unusual.of_run(session, run, from_cents=state().settings.unusual_from_cents)
    return _shown(run, progress.of_run(session, run)) | {
        "details": [
            _followed(one, is_unusual=one.payment.no in known) for one in progress.of_payments(session, run)
        ],
        "left_out": exclusions.of_run(session, campaign_id=run.campaign_id, run=run.no),
        "approvals_given": [_in_hex(one, "by", "at") for one in approval.of_run(session, run)],
        "changes": [_in_hex(one, *_OF_A_CHANGE) for one in changes.of_run(session, run)],
        "files": [file_shown(one) for one in exports.of_run(session, run)],
    }


@resource.get("/payment-runs/<series>/<int:number>/file")
@allow(Role.FINANCE)
@query()
@resource.arguments(FileAsked, location="query")
@resource.document("application/xml", description="The order to the bank, pain.001.001.09.")
def read_order(session: Session, wanted: dict[str, Any], series: str, number: int) -> Document:
    """Take the order to the bank of an exported run: the bytes that were written at its first export."""
    run = runs.get(session, series=series, run=number)
    content = exports.content(session, run, form=Form.PAYMENT_ORDER, no=wanted["no"])
    part = f"-{wanted['no']}" if wanted["no"] > 1 else ""
    return Document(content, "application/xml", f"payment-run-{series}-{number}{part}.xml")


@resource.get("/payment-runs/<series>/<int:number>/mandate-list")
@allow(Role.FINANCE)
@query()
@resource.document("text/csv", description="One line per operator, for the public accountant.")
def list_mandates(session: Session, series: str, number: int) -> Document:
    """Take the mandate list of an exported run: the bytes that were written at its first export."""
    run = runs.get(session, series=series, run=number)
    content = exports.content(session, run, form=Form.MANDATE_LIST)
    return Document(content, as_csv.MEDIA_TYPE, f"mandate-list-{series}-{number}.csv")


def file_shown(file: RunFile) -> dict[str, Any]:
    """Show a file of a run, without its bytes."""
    names = ("form", "no", "reference", "payments", "total_cents", "at", "by")
    return {name: getattr(file, name) for name in names} | {"sha256": file.sha256.hex()}


def _in_hex(fact: RunApproval | RunChange, *names: str) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in names} | {"content_hash": fact.content_hash.hex()}


def _shown(run: PaymentRun, come: Progress) -> dict[str, Any]:
    return {name: getattr(run, name) for name in _OF_A_RUN} | {
        "state": come.state,
        "left_payments": come.standing.payments,
        "left_redemptions": come.standing.redemptions,
        "left_cents": come.standing.total_cents,
        "left_netted_cents": come.standing.netted_cents,
        "left_net_cents": come.standing.net_cents,
        "content_hash": come.standing.content_hash.hex(),
        "approvals": come.approvals,
        "frozen_at": run.at,
        "frozen_by": run.by,
        "approved_at": come.approved_at,
        "approved_by": come.approved_by,
        "exported_at": come.exported_at,
        "acknowledged_at": come.acknowledged_at,
        **{name: getattr(come, name) for name in ("paid", "returned", "rejected", "withdrawn", "is_closed")},
    }


def _followed(one: Followed, *, is_unusual: bool) -> dict[str, Any]:
    told = ("paid_on", "returned_on", "rejected_on", "return_reason", "withdrawn_on")
    return (
        {name: getattr(one.payment, name) for name in _OF_A_PAYMENT}
        | {name: getattr(one, name) for name in told}
        | {"withdrawal_cause": one.withdrawal_cause and Cause(one.withdrawal_cause), "is_unusual": is_unusual}
    )
