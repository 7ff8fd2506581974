"""Payment runs: what is owed to venues, frozen for payment, and what leaves the house once it is approved."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import OfCampaign, Series
from voucher_service.api.paging import listing, page, position
from voucher_service.api.reply import Document, Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Cents, Choice, Day, Id, Instant, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.reports import as_csv, mandate_list
from voucher_service.settlement import exclusions, freezing, orders, progress, runs
from voucher_service.settlement.exclusions import LeftOut
from voucher_service.settlement.progress import Followed, Progress, State
from voucher_service.settlement.runs import PaymentRun

resource = Resource("payment-runs", "What is owed to venues, frozen for payment.")

_MOST_PAYMENTS = 100_000


class FreezeRequest(Wire):
    """Services given up to ``cut_off_on`` that nobody paid yet."""

    series = Series(required=True)
    cut_off_on = Day(required=True)


class RunShown(Wire):
    """A run and how far it has come; ``content_hash`` is what a second person approves."""

    id = Id(required=True)
    series = Text(required=True)
    no = Whole(required=True)
    state = Choice(State, required=True)
    cut_off_on = Day(required=True)
    position = Whole(required=True)
    payments = Whole(required=True)
    redemptions = Whole(required=True)
    total_cents = Cents(required=True)
    content_hash = Text(required=True)
    frozen_at = Instant(required=True)
    frozen_by = Id(required=True)
    approved_at = Instant(required=True, allow_none=True)
    approved_by = Id(required=True, allow_none=True)
    paid = Whole(required=True)
    returned = Whole(required=True)


class PaymentShown(Wire):
    """One transfer; ``amount_cents`` is gross, ``claim_cents`` what its operator owed back at the freeze."""

    no = Whole(required=True)
    end_to_end_id = Text(required=True)
    operator_id = Id(required=True)
    holder = Text(required=True)
    siret = Text(required=True)
    masked_iban = Text(required=True)
    amount_cents = Cents(required=True)
    claim_cents = Cents(least=0, required=True)
    paid_on = Day(required=True, allow_none=True)
    returned_on = Day(required=True, allow_none=True)
    return_reason = Text(required=True, allow_none=True)


class ExclusionShown(Wire):
    """A venue that was left out, and why."""

    venue_no = Whole(required=True)
    operator_id = Id(required=True)
    reason = Choice(LeftOut, required=True)
    redemptions = Whole(required=True)
    amount_cents = Cents(least=0, required=True)
    claim_cents = Cents(least=0, required=True)


class RunInFull(RunShown):
    """A run with each of its payments, and the venues that it left out."""

    details = Many(PaymentShown, most=_MOST_PAYMENTS, required=True)
    left_out = Many(ExclusionShown, most=_MOST_PAYMENTS, required=True)


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
    return _shown(run, progress.of_run(session, run)) | {
        "details": [_followed(one) for one in progress.of_payments(session, run)],
        "left_out": exclusions.of_run(session, campaign_id=run.campaign_id, run=run.no),
    }


@resource.get("/payment-runs/<series>/<int:number>/file")
@allow(Role.FINANCE)
@query()
@resource.document("application/xml", description="The order to the bank, pain.001.001.09.")
def export(session: Session, series: str, number: int) -> Document:
    """Take the order to the bank of an approved run: the same bytes each time."""
    content = orders.export(session, series=series, run=number)
    return Document(content, "application/xml", f"payment-run-{series}-{number}.xml")


@resource.get("/payment-runs/<series>/<int:number>/mandate-list")
@allow(Role.FINANCE)
@query()
@resource.document("text/csv", description="One line per operator, for the public accountant.")
def list_mandates(session: Session, series: str, number: int) -> Document:
    """Take the mandate list of an approved run."""
    table = mandate_list.table(session, series=series, run=number)
    return Document(b"".join(as_csv.render(table)), as_csv.MEDIA_TYPE, f"{table.name}.csv")


def _shown(run: PaymentRun, come: Progress) -> dict[str, Any]:
    return {
        "id": run.id,
        "series": run.series,
        "no": run.no,
        "state": come.state,
        "cut_off_on": run.cut_off_on,
        "position": run.position,
        "payments": run.payments,
        "redemptions": run.redemptions,
        "total_cents": run.total_cents,
        "content_hash": run.content_hash.hex(),
        "frozen_at": run.at,
        "frozen_by": run.by,
        "approved_at": come.approved_at,
        "approved_by": come.approved_by,
        "paid": come.paid,
        "returned": come.returned,
    }


def _followed(one: Followed) -> dict[str, Any]:
    fields = (
        "no",
        "end_to_end_id",
        "operator_id",
        "holder",
        "siret",
        "masked_iban",
        "amount_cents",
        "claim_cents",
    )
    return {name: getattr(one.payment, name) for name in fields} | {
        "paid_on": one.paid_on,
        "returned_on": one.returned_on,
        "return_reason": one.return_reason,
    }
