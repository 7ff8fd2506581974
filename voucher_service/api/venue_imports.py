"""Venue imports: a directory of venues sent as a file; every line is imported, merged or reported."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.hearing import Upload
from voucher_service.api.marks import allow, command
from voucher_service.api.problem import language
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Flag, Id, Many, One, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network.directory import formats, importing
from voucher_service.network.directory.content import MOST_LINES
from voucher_service.network.directory.formats import Format
from voucher_service.network.directory.lines import Problem
from voucher_service.network.directory.report import LineReport, Outcome, Report

resource = Resource("venue-imports", "Directories of venues, taken in from files.")


class VenueImportOptions(Wire):
    """How to take the file in."""

    dry_run = Flag(
        load_default=False, metadata={"description": "Say what the import would do, and write nothing."}
    )


class LineProblemShown(Wire):
    """One thing to look at in a line: what, in which column, and the text that was met."""

    code = Text(required=True)
    detail = Text(required=True)
    column = Text(required=True)
    text = Text(required=True)


class ImportedLineShown(Wire):
    """What became of a line; ``number`` is a spreadsheet's row, or an item's place in JSON."""

    number = Whole(required=True)
    outcome = Choice(Outcome, required=True)
    name = Text(required=True)
    venue_id = Id(allow_none=True, required=True)
    with_line = Whole(allow_none=True, required=True)
    problems = Many(LineProblemShown, required=True)


class ImportCountsShown(Wire):
    """The number of lines by what became of them; together, all the lines of the file."""

    imported = Whole(required=True)
    updated = Whole(required=True)
    unchanged = Whole(required=True)
    merged = Whole(required=True)
    kept = Whole(required=True)
    refused = Whole(required=True)


class VenueImportShown(Wire):
    """What became of a directory, line by line."""

    format = Choice(Format, required=True)
    dry_run = Flag(required=True)
    counts = One(ImportCountsShown, required=True)
    lines = Many(ImportedLineShown, most=MOST_LINES, required=True)


@resource.post("/venue-imports")
@allow(Role.OPERATOR)
@command()
@resource.arguments(VenueImportOptions, location="query")
@resource.upload("text/csv", "application/json")
@resource.response(201, VenueImportShown)
def take_in(session: Session, wanted: dict[str, Any], file: Upload) -> Reply:
    """Import a directory of venues, or say what its import would do."""
    directory = formats.read(file.content)
    if wanted["dry_run"]:
        return Reply(_shown(directory.format, importing.plan(session, lines=directory.lines)))
    report = importing.carry_out(session, lines=directory.lines, at=clock.now(), by=actor())
    return Reply(_shown(directory.format, report))


def _shown(found: Format, report: Report) -> dict[str, Any]:
    spoken = language()
    return {
        "format": found,
        "dry_run": report.is_dry_run,
        "counts": {outcome.value: number for outcome, number in report.counts.items()},
        "lines": [_line(line, spoken) for line in report.lines],
    }


def _line(line: LineReport, spoken: str) -> dict[str, Any]:
    shown = {name: getattr(line, name) for name in ("number", "outcome", "name", "venue_id", "with_line")}
    return shown | {"problems": [_problem(problem, spoken) for problem in line.problems]}


def _problem(problem: Problem, spoken: str) -> dict[str, str]:
    return {
        "code": problem.code.value,
        "detail": problem.code.title(spoken),
        "column": problem.column,
        "text": problem.text,
    }
