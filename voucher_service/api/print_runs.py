"""Print runs: codes are taken out to be put on paper; each time is remembered."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import Ordinal, Series
from voucher_service.api.reply import Reply, Stream
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import printing
from voucher_service.vouchers.printing import PrintedCode, PrintRun

resource = Resource("print-runs", "Codes taken out to be printed.")

_COLUMNS = ("booklet", "position", "serial", "issue", "code")
_PIECE = 1_000


class PrintRunRequest(Wire):
    """Which booklets to print; a reason where some were printed before."""

    series = Series(required=True)
    first_booklet = Ordinal(required=True)
    last_booklet = Ordinal(required=True)
    reason = Text(longest=500, load_default=None, allow_none=True)


class PrintRunShown(Wire):
    """Booklets whose codes were taken out."""

    id = Id(required=True)
    series = Text(required=True)
    first_booklet = Whole(required=True)
    last_booklet = Whole(required=True)
    reason = Text(allow_none=True)
    at = Instant(required=True)


@resource.post("/print-runs")
@allow(Role.OPERATOR)
@command()
@resource.arguments(PrintRunRequest)
@resource.response(201, PrintRunShown)
def start(session: Session, wanted: dict[str, Any]) -> Reply:
    """Take the codes of a range of booklets out for printing."""
    run = printing.start(session, **wanted, at=clock.now(), by=actor(), keyring=state().keys)
    return Reply(run, location=f"{PREFIX}/print-runs/{run.id}")


@resource.get("/print-runs/<uuid:print_run_id>")
@allow(Role.OPERATOR)
@query()
@resource.response(200, PrintRunShown)
def read(session: Session, print_run_id: UUID) -> PrintRun:
    """Read one's own print run."""
    return printing.get(session, print_run_id=print_run_id, by=actor())


@resource.get("/print-runs/<uuid:print_run_id>/codes")
@allow(Role.OPERATOR)
@query(snapshot=True)
@resource.document("text/csv", description="One line per paper: booklet, position, serial, issue, code.")
def read_codes(session: Session, print_run_id: UUID) -> Stream:
    """Read the codes of one's own print run; they are derived again and kept nowhere."""
    run = printing.get(session, print_run_id=print_run_id, by=actor())
    codes = printing.codes(session, run=run, keyring=state().keys)
    return Stream(
        _as_csv(codes), "text/csv", f"codes-{run.series}-{run.first_booklet}-{run.last_booklet}.csv"
    )


def _as_csv(codes: Iterator[PrintedCode]) -> Iterator[bytes]:
    yield _lines([_COLUMNS])
    while piece := list(islice(codes, _PIECE)):
        yield _lines([tuple(getattr(code, name) for name in _COLUMNS) for code in piece])


def _lines(rows: list[tuple[Any, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
