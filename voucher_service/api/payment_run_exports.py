"""Payment run exports: an approved run leaves the house, and whoever receives its files says so."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.names import Series
from voucher_service.api.payment_runs import FileShown, file_shown
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Flag, Id, Instant, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.reports import run_export
from voucher_service.settlement import exports

resource = Resource("payment-run-exports", "A run leaves the house.")


class ExportRequest(Wire):
    """A run whose approvals are complete."""

    series = Series(required=True)
    run = Whole(least=1, required=True)


class ExportShown(Wire):
    """The files of a run; ``is_again`` where somebody had them before: ``first_at`` and ``first_by`` say who.

    ``times`` counts this export too.
    """

    series = Text(required=True)
    run = Whole(required=True)
    is_again = Flag(required=True)
    times = Whole(required=True)
    first_at = Instant(required=True)
    first_by = Id(required=True)
    files = Many(FileShown, most=100_000, required=True)


class AcknowledgementRequest(Wire):
    """The reference in a file that was sent (*MsgId*), and who told that it was received: a message, or a person."""

    reference = Text(longest=35, required=True)
    told_by = Text(longest=200, required=True)


class AcknowledgementShown(Wire):
    """A run whose file was received."""

    series = Text(required=True)
    run = Whole(required=True)
    reference = Text(required=True)


@resource.post("/payment-run-exports")
@allow(Role.FINANCE)
@command()
@resource.arguments(ExportRequest)
@resource.response(201, ExportShown)
def export(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Take a run out of the house: from the first time on, its files are the same bytes and nothing is taken out."""
    done = run_export.export(session, **wanted, at=clock.now(), by=actor())
    first = done.exports[0]
    return wanted | {
        "is_again": done.is_again,
        "times": len(done.exports),
        "first_at": first.at,
        "first_by": first.by,
        "files": [file_shown(file) for file in done.files],
    }


@resource.post("/payment-run-acknowledgements")
@allow(Role.FINANCE)
@command()
@resource.arguments(AcknowledgementRequest)
@resource.response(201, AcknowledgementShown)
def acknowledge(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Write down that the bank, or the accountant, received a file."""
    run = exports.acknowledge(session, **wanted, at=clock.now(), by=actor())
    return {"series": run.series, "run": run.no, "reference": wanted["reference"]}
