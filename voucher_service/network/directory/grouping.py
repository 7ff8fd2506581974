"""Grouping: the lines that describe one venue, put together. A venue is its name and its place."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from voucher_service.network.directory.lines import Candidate, Doubt, Fault, Line, Problem, merged


class OriginKey(NamedTuple):
    """A line's name for a venue: the directory, and the identifier in it."""

    source: str
    source_id: str


@dataclass(slots=True)
class Group:
    """The lines of one venue, what they say together, and the venue that it is, if it is known."""

    candidate: Candidate
    lines: list[Line] = field(default_factory=list)
    origins: dict[OriginKey, None] = field(default_factory=dict)
    venue_id: UUID | None = None
    operator_id: UUID | None = None

    @property
    def identity(self) -> str:
        """Name and place, as they are compared."""
        return self.candidate.profile.identity

    @property
    def digest(self) -> str:
        """A digest of all that the lines say together: an unchanged one means that there is nothing to do."""
        return hashlib.sha256(repr(self.candidate).encode()).hexdigest()

    def take(self, line: Line, candidate: Candidate) -> None:
        """Add a line; a SIRET other than the one known is left out, and that is noted."""
        if self.lines:
            if candidate.siret and self.candidate.siret not in {None, candidate.siret}:
                line = doubted(line, Doubt.OTHER_SIRET, candidate.siret)
            self.candidate = merged(self.candidate, candidate)
        self.lines.append(line)
        self.origins[origin_of(candidate)] = None


def origin_of(candidate: Candidate) -> OriginKey:
    """Return a line's name for its venue; name and place stand in for a missing identifier."""
    return OriginKey(candidate.source, candidate.source_id or candidate.profile.identity)


def doubted(line: Line, doubt: Doubt, text: str = "") -> Line:
    """Return the line with one more doubt."""
    return line._replace(problems=(*line.problems, Problem(doubt, "", text)))


def group(lines: Iterable[Line]) -> tuple[list[Group], list[Line]]:
    """Return one group for each venue, in the order of the file, and the lines that cannot be used.

    An identifier that named another venue further up is a fault: people must say which of the two it means.
    """
    groups: dict[str, Group] = {}
    named: dict[OriginKey, str] = {}
    refused: list[Line] = []
    for line in lines:
        if line.candidate is None:
            refused.append(line)
            continue
        identity, origin = line.candidate.profile.identity, origin_of(line.candidate)
        if named.setdefault(origin, identity) != identity:
            problem = Problem(Fault.REPEATED_ID, "", origin.source_id)
            refused.append(Line(line.number, None, (*line.problems, problem)))
            continue
        groups.setdefault(identity, Group(line.candidate)).take(line, line.candidate)
    return list(groups.values()), refused
