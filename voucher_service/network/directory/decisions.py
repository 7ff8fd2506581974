"""Decisions: what to do with each venue of a directory.

The first directory to describe a venue keeps the word on it: a later file of the same directory updates it,
another directory only gives it an operator where it has none. What people edited here is never overwritten.
"""

from dataclasses import dataclass
from typing import Any

from voucher_service.network.directory.grouping import Group, doubted
from voucher_service.network.directory.lines import Doubt, Line
from voucher_service.network.directory.origins import KnownVenue
from voucher_service.network.directory.report import LineReport, Outcome
from voucher_service.network.venues import columns_of

_ONCE = frozenset({Outcome.IMPORTED, Outcome.UPDATED})
"""Said of the first line of a venue; its other lines are merged with that one."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with the lines of one venue, and which of its columns to write."""

    group: Group
    venue: KnownVenue | None
    outcome: Outcome

    @property
    def needs_operator(self) -> bool:
        """Whether the lines name an operator for a venue that has none."""
        has_one = self.venue is not None and self.venue.operator_id is not None
        return self.group.candidate.siret is not None and not has_one

    @property
    def columns(self) -> dict[str, Any]:
        """The venue's columns to write, of a new venue or of a known one."""
        columns = _described(self.group) if self.outcome in _ONCE else {}
        version = 0 if self.venue is None else self.venue.version
        if columns or (self.venue is not None and self.venue.imported_version == version):
            columns["imported_version"] = version + 1
        if self.needs_operator:
            columns["operator_id"] = self.group.operator_id
        return columns

    @property
    def writes(self) -> bool:
        """Whether a known venue changes."""
        return self.venue is not None and (self.outcome is Outcome.UPDATED or self.needs_operator)

    def reports(self) -> list[LineReport]:
        """Say what becomes of each line."""
        first = self.group.lines[0]
        return [self._report(line, None if line is first else first.number) for line in self.group.lines]

    def _report(self, line: Line, with_line: int | None) -> LineReport:
        line = self._with_doubts(line)
        is_merged = with_line is not None and self.outcome in _ONCE
        return LineReport(
            number=line.number,
            outcome=Outcome.MERGED if is_merged else self.outcome,
            name=self.group.candidate.profile.name,
            venue_id=self.group.venue_id,
            with_line=with_line,
            problems=line.problems,
        )

    def _with_doubts(self, line: Line) -> Line:
        if self.outcome is Outcome.KEPT:
            line = doubted(line, Doubt.EDITED_HERE)
        siret, operator_id = self.group.candidate.siret, self.venue and self.venue.operator_id
        if siret and operator_id and operator_id != self.group.operator_id:
            line = doubted(line, Doubt.OTHER_SIRET, siret)
        return line


def decide(group: Group, venue: KnownVenue | None, *, is_known_by_name: bool) -> Decision:
    """Decide on the lines of one venue; ``is_known_by_name`` when each of them was met before."""
    return Decision(group, venue, _outcome(group, venue, is_known_by_name=is_known_by_name))


def _outcome(group: Group, venue: KnownVenue | None, *, is_known_by_name: bool) -> Outcome:
    if venue is None:
        return Outcome.IMPORTED
    if venue.imported_digest == group.digest:
        return Outcome.UNCHANGED
    if venue.imported_digest is None or venue.source != group.candidate.source:
        return Outcome.UNCHANGED if is_known_by_name else Outcome.MERGED
    return Outcome.UPDATED if venue.imported_version == venue.version else Outcome.KEPT


def _described(group: Group) -> dict[str, Any]:
    candidate = group.candidate
    return columns_of(candidate.profile) | {
        "announces_pass": candidate.announces_pass,
        "source": candidate.source,
        "source_id": candidate.source_id or None,
        "updated_on": candidate.updated_on,
        "imported_digest": group.digest,
    }
