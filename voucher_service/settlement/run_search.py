"""Run search: the payment runs of every campaign, and where each stands."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.keyset import Order
from voucher_service.settlement.approval import APPROVED
from voucher_service.settlement.progress import State

# The rule of ``Progress.state``, for a WHERE: a test holds the two together.
_FOUND = f"""
WITH told AS (
    SELECT campaign_id, run_no, count(*) FILTER (WHERE fate = 'paid') AS paid,
           count(*) FILTER (WHERE fate = 'rejected') AS rejected,
           count(*) FILTER (WHERE fate = 'returned') AS returned,
           count(*) FILTER (WHERE fate = 'withdrawn') AS withdrawn
    FROM payment_outcome GROUP BY campaign_id, run_no
), remaining AS (
    SELECT DISTINCT ON (campaign_id, run_no) campaign_id, run_no, payments, total_cents, netted_cents
    FROM run_change ORDER BY campaign_id, run_no, no DESC
), sent AS (
    SELECT file.campaign_id, file.run_no, count(*) AS files, count(receipt.file_no) AS received
    FROM run_file AS file
    LEFT JOIN run_acknowledgement AS receipt ON receipt.campaign_id = file.campaign_id
          AND receipt.run_no = file.run_no AND receipt.form = file.form AND receipt.file_no = file.no
    GROUP BY file.campaign_id, file.run_no
), found AS (
    SELECT campaign.series, campaign.name AS campaign, run.no, run.cut_off_on, run.at, run.by,
           service_user.name AS by_name, coalesce(remaining.payments, run.payments) AS payments,
           coalesce(remaining.total_cents, run.total_cents) AS total_cents, run.total_cents AS frozen_cents,
           coalesce(remaining.netted_cents, run.netted_cents) AS netted_cents,
           CASE WHEN told.withdrawn = run.payments THEN 'cancelled'
                WHEN told.paid + told.rejected + told.withdrawn = run.payments
                THEN CASE WHEN told.returned + told.rejected > 0 THEN 'returned' ELSE 'paid' END
                WHEN told.paid + told.rejected > 0 THEN 'partly-paid'
                WHEN sent.files = sent.received THEN 'acknowledged'
                WHEN sent.files > 0 THEN 'exported'
                WHEN approved.at IS NOT NULL THEN 'approved' ELSE 'frozen' END AS state
    FROM payment_run AS run
    JOIN campaign ON campaign.id = run.campaign_id
    LEFT JOIN service_user ON service_user.id = run.by
    LEFT JOIN told ON told.campaign_id = run.campaign_id AND told.run_no = run.no
    LEFT JOIN remaining ON remaining.campaign_id = run.campaign_id AND remaining.run_no = run.no
    LEFT JOIN sent ON sent.campaign_id = run.campaign_id AND sent.run_no = run.no
    LEFT JOIN ({APPROVED}) AS approved ON approved.campaign_id = run.campaign_id AND approved.run_no = run.no
)
SELECT * FROM found
WHERE (CAST(:state AS text) IS NULL OR state = :state)
  AND (CAST(:series AS text) IS NULL OR series = :series)
  AND (strpos(lower(series || '/' || no), :words) > 0 OR strpos(lower(campaign), :words) > 0)
ORDER BY at {{direction}}, series, no
LIMIT :limit OFFSET :start"""
_STATEMENTS = {
    Order.NEWEST: text(_FOUND.format(direction="DESC")),
    Order.OLDEST: text(_FOUND.format(direction="ASC")),
}


@dataclass(frozen=True, slots=True)
class FoundRun:
    """A run of a list; ``payments`` and ``total_cents`` are what is left of it, ``frozen_cents`` what was frozen.

    Both are gross; ``netted_cents`` is what of what is left is taken back.
    """

    series: str
    campaign: str
    no: int
    cut_off_on: date
    at: datetime
    by: UUID
    by_name: str | None
    payments: int
    total_cents: int
    frozen_cents: int
    netted_cents: int
    state: State

    @property
    def net_cents(self) -> int:
        """What the run moves, in cents."""
        return self.total_cents - self.netted_cents


def search(
    session: Session,
    *,
    words: str = "",
    series: str | None = None,
    state: State | None = None,
    order: Order = Order.NEWEST,
    start: int = 0,
    limit: int | None = None,
) -> list[FoundRun]:
    """List runs by the instant of their freeze; ``words`` are of the campaign's name, or of ``PN-2026/1``."""
    asked = {"words": words.lower(), "series": series, "state": state, "start": start, "limit": limit}
    return [
        FoundRun(**dict(row) | {"state": State(row["state"])})
        for row in session.execute(_STATEMENTS[order], asked).mappings()
    ]
