"""Imports: a directory of venues is tried first, line by line; then the same file is imported."""

import csv
import io
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.network.directory import content, formats, keeping, template
from voucher_service.network.directory.lines import Doubt, Problem
from voucher_service.network.directory.report import LineReport, Outcome, Report
from voucher_service.reports.table import Kind
from voucher_service.web import listing
from voucher_service.web.labels import label
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read
from voucher_service.web.network import forms, wording
from voucher_service.web.pages import File, Go, Page, Pages, actor, allow, takes

pages = Pages("imports", "/reseau/lieux/import")

_LARGEST_FORM = 21 * 1024 * 1024
_ABOUT_THE_FILE: dict[type[Refusal], str] = {
    content.FileIsTooLarge: "file",
    content.FileIsNotText: "file",
    content.FileIsNotUtf8: "file",
    content.FileIsBroken: "file",
    content.HeaderIsAmbiguous: "file",
    formats.FormatIsUnknown: "file",
    formats.ColumnsAreUnknown: "file",
}


@pages.get("")
@allow(Role.OPERATOR)
def asking(_session: Session) -> Page:
    """Ask for a directory of venues, and offer our model."""
    return Page("network/import.html", columns=template.COLUMNS, required=template.REQUIRED)


@pages.get("/modele.csv")
@allow(Role.OPERATOR)
def model(_session: Session) -> File:
    """Give our model, ready for a spreadsheet."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow(template.COLUMNS)
    return File(written.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", "modele-lieux.csv")


@pages.post("", back=asking)
@allow(Role.OPERATOR)
@takes(forms.DirectoryForm, about=_ABOUT_THE_FILE, largest=_LARGEST_FORM)
def try_out(session: Session, said: dict[str, Any]) -> Go:
    """Keep the file, and show what its import would do; nothing of it is written yet."""
    sent = said["file"]
    kept = keeping.keep(session, content=sent.content, name=sent.name, at=clock.now(), by=actor())
    return Go("imports.trial", digest=kept.digest)


@pages.get("/<digest>")
@allow(Role.OPERATOR)
@takes(forms.LinesAsked)
def trial(session: Session, asked: dict[str, Any], digest: str) -> Page:
    """Show what importing a file would do, line by line."""
    file = keeping.get(session, digest=digest)
    report = keeping.plan(session, file=file)
    return Page(
        "network/trial.html",
        file=file,
        format=formats.read(file.content).format,
        counts=[(one, _(wording.OUTCOMES[one]), number) for one, number in report.counts.items()],
        to_look_at=sum(1 for line in report.lines if line.problems),
        total=len(report.lines),
        writing=len(keeping.writing(report)),
        mark=keeping.mark(report),
        sheet=listing.sheet(
            asked, _read(report, asked), at="imports.trial", csv="imports.trial_file", digest=digest
        ),
        problems=_problems,
        tones=wording.TONES,
    )


@pages.get("/<digest>/lignes.csv", streams=True)
@allow(Role.OPERATOR)
@takes(forms.LinesAsked)
def trial_file(session: Session, asked: dict[str, Any], digest: str) -> File:
    """Save what becomes of each line as a file for a spreadsheet, for whoever puts the directory right."""
    report = keeping.plan(session, file=keeping.get(session, digest=digest))
    return listing.file(_("essai-import"), _COLUMNS, _chosen(report, asked))


@pages.post("/<digest>", back=trial)
@allow(Role.OPERATOR)
@takes(forms.TrialForm)
def carry_out(session: Session, said: dict[str, Any], digest: str) -> Go:
    """Import the file that was tried, as it was shown."""
    report = keeping.carry_out(session, digest=digest, shown=said["shown"], at=clock.now(), by=actor())
    return Go("imports.trial", digest=digest, said=_told(report))


def _told(report: Report) -> str:
    counts = report.counts
    told = {
        Outcome.IMPORTED: ngettext(
            "%(num)s nouveau lieu", "%(num)s nouveaux lieux", counts[Outcome.IMPORTED]
        ),
        Outcome.UPDATED: ngettext(
            "%(num)s lieu mis à jour", "%(num)s lieux mis à jour", counts[Outcome.UPDATED]
        ),
        Outcome.REFUSED: ngettext(
            "%(num)s ligne inutilisable", "%(num)s lignes inutilisables", counts[Outcome.REFUSED]
        ),
    }
    said = [words for outcome, words in told.items() if counts[outcome]]
    return str(_("C'est importé : %(counts)s.", counts=", ".join(said) or _("rien de nouveau")))


def _read(report: Report, asked: dict[str, Any]) -> Read:
    chosen = _chosen(report, asked)

    def read(*, start: int, limit: int) -> list[LineReport]:
        return chosen[start : start + limit]

    return read


def _chosen(report: Report, asked: dict[str, Any]) -> list[LineReport]:
    return [
        line
        for line in report.lines
        if (not asked["resultat"] or line.outcome.value == asked["resultat"])
        and (line.problems or not asked["a_voir"])
    ]


def _problems(line: LineReport) -> list[tuple[Problem, bool]]:
    """Return what is to be looked at, first what makes the line unusable."""
    said = [(problem, not isinstance(problem.code, Doubt)) for problem in line.problems]
    return sorted(said, key=lambda one: not one[1])


def _listed(line: LineReport) -> str:
    return " ; ".join(
        " ".join(filter(None, (label(problem.code), problem.column, problem.text)))
        for problem, _is_fatal in _problems(line)
    )


_COLUMNS = (
    Column(later("Ligne"), lambda line: line.number, Kind.INTEGER),
    Column(later("Lieu"), lambda line: line.name),
    Column(later("Résultat"), lambda line: label(line.outcome)),
    Column(later("À regarder"), _listed),
)
