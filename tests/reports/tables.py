"""Tables of an invented town, for the renderers to write."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from voucher_service.reports.table import AsOf, Column, Kind, Ratio, Row, Table, Wording

COLUMNS = (
    Column("served_on", Kind.DATE, "Date du service", "Served on"),
    Column("serial", Kind.TEXT, "Numéro du chèque", "Voucher"),
    Column("recorded_at", Kind.INSTANT, "Enregistré le", "Recorded at"),
    Column("minutes", Kind.INTEGER, "Minutes", "Minutes", totalled=True),
    Column("amount_cents", Kind.CENTS, "Montant", "Amount", totalled=True),
    Column("use_rate", Kind.RATIO, "Taux d’utilisation", "Use rate"),
)
RECORDED_AT = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)


def line(number: int, *, serial: str | None = None, amount_cents: int = 1000) -> Row:
    """Return one row of a venue's statement."""
    name = f"PN-2026-{number:06d}-01" if serial is None else serial
    return (date(2026, 3, 4), name, RECORDED_AT, 60, amount_cents, Ratio(90, 200))


def statement(rows: Iterable[Row]) -> Table:
    """Return the statement of a venue, issued by a town that does not exist."""
    return Table(
        name="venue-statement",
        title=Wording("Relevé des encaissements", "Venue statement"),
        as_of=AsOf(date(2026, 4, 30), 12345),
        issuer="Métropole de Fictiville",
        about=((Wording("Lieu", "Venue"), "Médiathèque de l’Œuvre Sainte-Ève"),),
        columns=COLUMNS,
        rows=rows,
        notes=(Wording("Ce relevé n'est pas une facture.", "This statement is not an invoice."),),
    )
