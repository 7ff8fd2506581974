"""Mandate list: what a public accountant needs to pay a run, as a table."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from voucher_service.reports.table import AsOf, Column, Kind, Table, Wording
from voucher_service.settlement import mandate_list, orders, runs
from voucher_service.settlement.mandate_list import HEADINGS

_KINDS: Mapping[str, Kind] = {
    "number": Kind.INTEGER,
    "amount_cents": Kind.CENTS,
    "claim_cents": Kind.CENTS,
    "certified_on": Kind.DATE,
}
_TOTALLED = frozenset({"amount_cents", "claim_cents"})


def table(session: Session, *, series: str, run: int) -> Table:
    """Lay out the mandate list of an approved run (*état de mandatement*): amounts are gross, never netted.

    Raises the refusals of ``orders.mandate_lines``.
    """
    frozen = runs.get(session, series=series, run=run)
    lines = orders.mandate_lines(session, series=series, run=run)
    return Table(
        name=f"mandate-list-{series}-{run}",
        title=Wording(f"Liste de mandatement {series}, lot {run}", f"Mandate list {series}, run {run}"),
        as_of=AsOf(frozen.cut_off_on, frozen.position),
        columns=tuple(
            Column(key, _KINDS.get(key, Kind.TEXT), fr, en, totalled=key in _TOTALLED)
            for key, (fr, en) in HEADINGS.items()
        ),
        rows=mandate_list.rows(lines),
    )
