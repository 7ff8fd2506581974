"""Handover list: the booklets that a prescriber handed over, for its own spreadsheet; nobody is named in it."""

from collections.abc import Iterable, Iterator
from datetime import date

from voucher_service.reports.table import AsOf, Column, Kind, Row, Table, Wording
from voucher_service.vouchers.handover_search import FoundHandover

_COLUMNS = (
    Column("handed_on", Kind.DATE, "Remis le", "Handed over on"),
    Column("recorded_at", Kind.INSTANT, "Enregistré le", "Recorded at"),
    Column("series", Kind.TEXT, "Campagne", "Campaign"),
    Column("site", Kind.TEXT, "Site", "Site"),
    Column("booklets", Kind.TEXT, "Carnets", "Booklets"),
    Column("count", Kind.INTEGER, "Nombre de carnets", "Number of booklets", totalled=True),
    Column("used", Kind.INTEGER, "Pass utilisés", "Vouchers used", totalled=True),
    Column("state", Kind.TEXT, "État (code)", "State (code)"),
    Column("age_band", Kind.TEXT, "Tranche d'âge (code)", "Age band (code)"),
    Column("situation", Kind.TEXT, "Situation (code)", "Situation (code)"),
    Column("need", Kind.TEXT, "Besoin (code)", "Need (code)"),
)


def build(found: Iterable[FoundHandover], *, on: date) -> Table:
    """Write handovers as a table, one line each, in the order in which they come."""
    return Table(
        name="handovers",
        title=Wording("Remises de carnets", "Handovers of booklets"),
        as_of=AsOf(on),
        columns=_COLUMNS,
        rows=_rows(found),
    )


def _rows(found: Iterable[FoundHandover]) -> Iterator[Row]:
    for one in found:
        yield [
            one.handed_on,
            one.at,
            one.series,
            one.site,
            " ".join(one.numbers),
            one.booklets,
            one.papers_used,
            _state(one),
            one.age_band,
            one.situation,
            one.need,
        ]


def _state(one: FoundHandover) -> str:
    if one.undone:
        return "undone"
    return "inferred" if one.inferred else "handed-over"
