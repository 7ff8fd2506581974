"""Late entries: acts that claim a day of a closed period, and the day on which they count instead."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.reports.known import ENTRIES, known
from voucher_service.reports.table import Column, Kind, Table, Wording

_COLUMNS = (
    Column("position", Kind.INTEGER, "Rang", "Position"),
    Column("act", Kind.TEXT, "Opération (code)", "Act (code)"),
    Column("claimed_on", Kind.DATE, "Au titre du", "Claims"),
    Column("effective_on", Kind.DATE, "Date d'effet", "Effective on"),
    Column("recorded_at", Kind.INSTANT, "Enregistré le", "Recorded at"),
    Column("reverses", Kind.INTEGER, "Corrige le rang", "Corrects position"),
    Column("cents", Kind.CENTS, "Montant", "Amount", totalled=True),
    Column("papers", Kind.INTEGER, "Pass", "Vouchers", totalled=True),
)
_NOTES = (
    Wording(
        "Une opération datée d'une période clôturée compte dans la période ouverte et garde le jour qu'elle "
        "concerne. Jusqu'au 31 janvier, celles de l'exercice comptent encore en décembre.",
        "An act dated in a closed period counts in the open one and keeps the day that it claims. Until "
        "31 January those of the year still count in December.",
    ),
)
_LATE = text(f"""
WITH {ENTRIES}
SELECT record.position, entry.kind, entry.claimed_on, entry.effective_on, entry.recorded_at,
       first.position AS reverses, moved.cents, moved.papers
FROM entry JOIN known ON known.entry_no = entry.no
JOIN record ON record.campaign_id = entry.campaign_id AND record.entry_no = entry.no
LEFT JOIN record AS first ON first.campaign_id = entry.campaign_id AND first.entry_no = entry.reverses
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount) FILTER (WHERE colour <> 0), 0)::bigint AS cents,
           coalesce(sum(amount) FILTER (WHERE colour = 0), 0)::bigint AS papers
    FROM transfer WHERE transfer.campaign_id = entry.campaign_id AND transfer.entry_no = entry.no
) AS moved
WHERE entry.campaign_id = :campaign_id AND entry.claimed_on IS NOT NULL
ORDER BY record.position""")


def build(session: Session, *, series: str, on: date, by: Actor, position: int | None = None) -> Table:
    """List the acts that came after their period was closed, effective up to ``on``, as known at ``position``.

    Cents moved, papers moved. Raises ``CampaignIsUnknown``, ``PositionIsNotReached``.
    """
    view = known(session, series=series, position=position, on=on, by=by)
    return Table(
        name="late-entries",
        title=Wording("Opérations sur périodes closes", "Acts on closed periods"),
        as_of=view.as_of,
        issuer=view.issuer,
        about=view.about,
        columns=_COLUMNS,
        rows=[list(row) for row in session.execute(_LATE, view.parameters)],
        notes=_NOTES,
    )
