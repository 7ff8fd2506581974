"""Venue table: the venues of the network, one a line, with who runs each and how it stands for a campaign."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from voucher_service.network import venue_list
from voucher_service.network.venue_list import Listed, Wanted
from voucher_service.network.vocabulary import Service
from voucher_service.reports.table import AsOf, Cell, Column, Kind, Table, Wording

_COLUMNS = (
    Column("no", Kind.INTEGER, "N°", "No."),
    Column("name", Kind.TEXT, "Lieu", "Venue"),
    Column("address", Kind.TEXT, "Adresse", "Address"),
    Column("postcode", Kind.TEXT, "Code postal", "Postcode"),
    Column("commune", Kind.TEXT, "Commune", "Commune"),
    Column("phone", Kind.TEXT, "Téléphone", "Telephone"),
    Column("services", Kind.TEXT, "Services", "Services"),
    Column("operator", Kind.TEXT, "Exploitant", "Operator"),
    Column("standing", Kind.TEXT, "Accréditation", "Accreditation"),
)


def build(session: Session, *, wanted: Wanted, series: str | None) -> Table:
    """Return the venues that are wanted, in their order; ``series`` is the campaign for which each stands."""
    about = ((Wording("Campagne", "Campaign"), series),) if series else ()
    return Table(
        name="venues",
        title=Wording("Lieux", "Venues"),
        as_of=AsOf(wanted.on),
        columns=_COLUMNS,
        rows=_rows(session, wanted),
        about=about,
    )


def _rows(session: Session, wanted: Wanted) -> Iterator[tuple[Cell, ...]]:
    for one in venue_list.search(session, wanted=wanted):
        yield _row(one)


def _row(one: Listed) -> tuple[Cell, ...]:
    venue = one.venue
    offered = [Service(code) for code in venue.services]
    services = Wording(
        ", ".join(each.french for each in offered), ", ".join(each.english for each in offered)
    )
    standing = one.decision and Wording(one.decision.french, one.decision.english)
    return (
        venue.no,
        venue.name,
        venue.address,
        venue.postcode,
        venue.commune,
        venue.phone,
        services,
        one.operator,
        standing,
    )
