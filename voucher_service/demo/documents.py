"""Documents: what the demonstration leaves to read; all of it is fictitious, and says so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voucher_service.demo.counters import Venue
from voucher_service.demo.people import Cast, Site
from voucher_service.demo.script import Script


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the documents are written."""

    path: Path

    def keep(self, name: str, content: bytes) -> None:
        """Write a document."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_bytes(content)

    def summarise(self, summary: Mapping[str, object]) -> None:
        """Write what came of everything, for programs."""
        self.keep("summary.json", json.dumps(summary, indent=2, ensure_ascii=False).encode() + b"\n")


def keep_reports(script: Script, cast: Cast, venue: Venue, folder: Folder) -> None:
    """Keep what a funder, an auditor and a venue read of the campaign, each with its own account."""
    series = script.series
    use = cast.funder.document("/reports/campaign-use", series=series, format="csv")
    folder.keep("campaign-use.csv", use)
    balance = cast.auditor.document("/reports/trial-balance", series=series, format="csv")
    folder.keep("trial-balance.csv", balance)
    statement = venue.caller.document(
        "/reports/venue-statement",
        series=series,
        venue_id=venue.id,
        from_on=script.ago(30).isoformat(),
        until_on=script.today.isoformat(),
        format="pdf",
    )
    folder.keep("venue-statement.pdf", statement)


def keep_letter(script: Script, site: Site, folder: Folder) -> None:
    """Keep the letter that a prescriber gives with a booklet, in usual and in large letters."""
    [handover, *_] = site.caller.get("/handovers", series=script.series)["items"]
    path = f"/handovers/{handover['id']}/letter"
    folder.keep("letter.pdf", site.caller.document(path))
    folder.keep("letter-large-print.pdf", site.caller.document(path, size="large"))


def used(script: Script, cast: Cast) -> int:
    """Return how many vouchers the campaign's report counts as used."""
    report = cast.auditor.get("/reports/campaign-use", series=script.series)
    [papers] = [row["papers"] for row in report["rows"] if row["step"] == "used"]
    return int(papers)
