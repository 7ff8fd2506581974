"""Origins: which line of which directory is which venue, written once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Text, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base, Code
from voucher_service.network.directory.grouping import Group, OriginKey
from voucher_service.network.venues import Venue


class VenueOrigin(Base):
    """A directory's name for a venue; a venue may have several, where a directory repeats it."""

    __tablename__ = "venue_origin"

    source: Mapped[Code] = mapped_column(primary_key=True)
    source_id: Mapped[Code] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"), index=True)
    recorded_at: Mapped[datetime]


class KnownVenue(NamedTuple):
    """A venue as an import finds it, before anything is written."""

    id: UUID
    version: int
    identity_key: str
    operator_id: UUID | None
    source: str | None
    imported_digest: str | None
    imported_version: int | None


def known(session: Session, origins: Iterable[OriginKey]) -> dict[OriginKey, UUID]:
    """Return the venues that these names are known to mean."""
    wanted = list(origins)
    asked = (
        func.unnest(
            bindparam("sources", [origin.source for origin in wanted], type_=ARRAY(Text)),
            bindparam("ids", [origin.source_id for origin in wanted], type_=ARRAY(Text)),
        )
        .table_valued("source", "source_id")
        .render_derived("asked")
    )
    matched = select(VenueOrigin.source, VenueOrigin.source_id, VenueOrigin.venue_id).join(
        asked, (asked.c.source == VenueOrigin.source) & (asked.c.source_id == VenueOrigin.source_id)
    )
    return {
        OriginKey(source, source_id): venue_id for source, source_id, venue_id in session.execute(matched)
    }


def identify(
    session: Session, groups: Sequence[Group], named: Mapping[OriginKey, UUID]
) -> dict[UUID, KnownVenue]:
    """Say of each group which known venue it is, and return those venues.

    Name and place come first: an identifier counts only where no venue has the name and place, and where no
    other line of the file is that venue.
    """
    keys = bindparam("keys", [group.identity for group in groups], type_=ARRAY(Text))
    ids = bindparam("ids", list(set(named.values())), type_=ARRAY(Uuid))
    wanted = select(*(getattr(Venue, name) for name in KnownVenue._fields)).where(
        Venue.identity_key.in_(select(func.unnest(keys))) | Venue.id.in_(select(func.unnest(ids)))
    )
    venues = {row.id: KnownVenue(*row) for row in session.execute(wanted)}
    by_key = {venue.identity_key: venue.id for venue in venues.values()}
    for group in groups:
        group.venue_id = by_key.get(group.identity)
    claimed = {group.venue_id for group in groups}
    for group in groups:
        if group.venue_id is None:
            meant = (named[origin] for origin in group.origins if origin in named)
            group.venue_id = next((venue_id for venue_id in meant if venue_id not in claimed), None)
            claimed.add(group.venue_id)
    return venues


def remember(session: Session, groups: Iterable[Group], *, at: datetime) -> None:
    """Write down which venue each line was; what is known already stands."""
    rows = [
        {**origin._asdict(), "venue_id": group.venue_id, "recorded_at": at}
        for group in groups
        for origin in group.origins
    ]
    if rows:
        session.execute(insert(VenueOrigin).on_conflict_do_nothing(), rows)
