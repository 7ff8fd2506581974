"""Report: what became of each line of a directory. The counts add up to the number of lines."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from voucher_service.network.directory.lines import Problem
from voucher_service.network.vocabulary import Coded


class Outcome(Coded):
    """What becomes of a line."""

    IMPORTED = ("imported", "Nouveau lieu", "New venue")
    UPDATED = ("updated", "Lieu mis à jour", "Venue updated")
    UNCHANGED = ("unchanged", "Rien de nouveau", "Nothing new")
    MERGED = ("merged", "Réuni à un lieu connu", "Put together with a known venue")
    KEPT = (
        "kept",
        "Lieu modifié dans le service : gardé tel quel",
        "The venue was edited here: kept as it is",
    )
    REFUSED = ("refused", "Ligne inutilisable", "The line cannot be used")


@dataclass(frozen=True, slots=True)
class LineReport:
    """What became of one line: which venue it is (none yet for a new one in a dry run), what to look at."""

    number: int
    outcome: Outcome
    name: str
    venue_id: UUID | None
    with_line: int | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What became of every line, in the order of the file; ``is_dry_run`` when nothing was written."""

    lines: tuple[LineReport, ...]
    is_dry_run: bool

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """The number of lines by outcome, every outcome named."""
        counted = Counter(line.outcome for line in self.lines)
        return {outcome: counted[outcome] for outcome in Outcome}
