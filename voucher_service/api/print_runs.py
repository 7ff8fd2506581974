"""Print runs: codes are taken out to be put on paper, as files to print or as a list; each time is remembered."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import OfCampaign, Ordinal, Series
from voucher_service.api.paging import listing, page, position
from voucher_service.api.reply import Document, Reply, Stream
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Choice, Id, Instant, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers.printing import codes as print_codes
from voucher_service.vouchers.printing import files as print_files
from voucher_service.vouchers.printing import runs
from voucher_service.vouchers.printing.codes import PrintedCode
from voucher_service.vouchers.printing.formats import Format
from voucher_service.vouchers.printing.runs import PrintRun

resource = Resource("print-runs", "Codes taken out to be printed.")

_COLUMNS = ("booklet", "position", "serial", "issue", "code")
_PIECE = 1_000


class PrintRunRequest(Wire):
    """Which booklets to print, and how; a reason where some were printed before. No format: a list of codes only."""

    series = Series(required=True)
    first_booklet = Ordinal(required=True)
    last_booklet = Ordinal(required=True)
    format = Choice(Format, load_default=None, allow_none=True, attribute="form")
    reason = Text(longest=500, load_default=None, allow_none=True)


class PrintRunSummary(Wire):
    """Booklets whose codes were taken out, by whom and why; the job that writes the files, where there are any."""

    id = Id(required=True)
    series = Text(required=True)
    first_booklet = Whole(required=True)
    last_booklet = Whole(required=True)
    format = Choice(Format, required=True, allow_none=True, attribute="form")
    reason = Text(required=True, allow_none=True)
    job_id = Id(required=True, allow_none=True)
    at = Instant(required=True)
    by = Id(required=True)


class PrintFileShown(Wire):
    """A file to print: from which voucher to which, and the digest of its bytes."""

    no = Whole(required=True)
    name = Text(required=True)
    sha256 = Text(required=True)
    size_bytes = Whole(required=True)
    pages = Whole(required=True)
    vouchers = Whole(required=True)
    first_serial = Text(required=True)
    last_serial = Text(required=True)


class PrintRunShown(PrintRunSummary):
    """A print run and its files, which stay listed once they are erased."""

    files = Many(PrintFileShown, required=True)
    erased_at = Instant(required=True, allow_none=True)


@resource.post("/print-runs")
@allow(Role.OPERATOR)
@command()
@resource.arguments(PrintRunRequest)
@resource.response(201, PrintRunShown)
def start(session: Session, wanted: dict[str, Any]) -> Reply:
    """Take the codes of a range of booklets out for printing; a job writes the files where a format is named."""
    begin = runs.order if wanted["form"] else runs.start
    run = begin(session, **wanted, at=clock.now(), by=actor(), keyring=state().keys)
    return Reply(_shown(session, run), location=f"{PREFIX}/print-runs/{run.id}")


@resource.get("/print-runs")
@allow(Role.OPERATOR)
@query()
@resource.arguments(OfCampaign, location="query")
@resource.response(200, listing(PrintRunSummary))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List the print runs of a campaign, whoever started them."""
    [after] = position(wanted) or [None]
    rows = runs.search(
        session,
        series=wanted["series"],
        after=None if after is None else UUID(after),
        limit=wanted["limit"] + 1,
    )
    return page(rows, limit=wanted["limit"], key=lambda run: [str(run.id)])


@resource.get("/print-runs/<uuid:print_run_id>")
@allow(Role.OPERATOR)
@query()
@resource.response(200, PrintRunShown)
def read(session: Session, print_run_id: UUID) -> dict[str, Any]:
    """Read one's own print run and the list of its files."""
    return _shown(session, runs.get(session, print_run_id=print_run_id, by=actor()))


@resource.get("/print-runs/<uuid:print_run_id>/files/<int:number>")
@allow(Role.OPERATOR)
@query()
@resource.document("application/pdf", description="Vouchers to print.")
def read_file(session: Session, print_run_id: UUID, number: int) -> Document:
    """Read a file of one's own print run."""
    file, content = print_files.read(
        session, print_run_id=print_run_id, no=number, var_dir=state().settings.var_dir, by=actor()
    )
    return Document(content, "application/pdf", file.name)


@resource.get("/print-runs/<uuid:print_run_id>/codes")
@allow(Role.OPERATOR)
@query(snapshot=True)
@resource.document("text/csv", description="One line per paper: booklet, position, serial, issue, code.")
def read_codes(session: Session, print_run_id: UUID) -> Stream:
    """Read the codes of one's own print run; they are derived again and kept nowhere."""
    run = runs.get(session, print_run_id=print_run_id, by=actor())
    codes = print_codes.derive(session, run=run, keyring=state().keys)
    return Stream(
        _as_csv(codes), "text/csv", f"codes-{run.series}-{run.first_booklet}-{run.last_booklet}.csv"
    )


def _shown(session: Session, run: PrintRun) -> dict[str, Any]:
    erasure = print_files.erasure(session, print_run_id=run.id)
    shown = {field.attribute or name: None for name, field in PrintRunSummary().fields.items()}
    return {name: getattr(run, name) for name in shown} | {
        "files": print_files.of_run(session, print_run_id=run.id),
        "erased_at": erasure.at if erasure else None,
    }


def _as_csv(codes: Iterator[PrintedCode]) -> Iterator[bytes]:
    yield _lines([_COLUMNS])
    while piece := list(islice(codes, _PIECE)):
        yield _lines([tuple(getattr(code, name) for name in _COLUMNS) for code in piece])


def _lines(rows: list[tuple[Any, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
