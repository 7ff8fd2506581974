"""What a report answered, as a test reads it: rows by the keys of their columns, and the totals."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tests.world import World
from voucher_service.funding import campaigns
from voucher_service.ledger import record
from voucher_service.reports.table import Cell, Table, Totals, Wording


@dataclass(frozen=True)
class Answer:
    """The rows of a table, each by column, and the sums of those that add up."""

    rows: list[dict[str, Any]]
    totals: dict[str, int]

    def by(self, key: str) -> dict[Any, dict[str, Any]]:
        """Return the rows by what they hold in one column."""
        return {row[key]: row for row in self.rows}


def answered(table: Table) -> Answer:
    """Read a table to its end."""
    totals, rows = Totals(table.columns), []
    for row in table.rows:
        totals.add(row)
        rows.append({column.key: _in_french(cell) for column, cell in zip(table.columns, row, strict=True)})
    return Answer(rows, {table.columns[place].key: total for place, total in totals.sums.items()})


def _in_french(cell: Cell) -> Any:
    return cell.said() if isinstance(cell, Wording) else cell


def placed(session: Session, world: World) -> int:
    """Have every act placed in the record, and return the last position."""
    return record.sequence(session, campaign_id=campaigns.get(session, world.series).id)
