"""Payment delays: whether venues were paid by the day that was promised, by run or by operator.

The promise is of each redemption (``pay_by``). It is kept when the payment that stands for it left by that day; what
is not paid yet is late once its day has gone by. Redemptions that were given back count for nothing. By operator, a
service counts for whoever is paid for it: for the one that follows another, unless the other was in a run before.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.network.heirs import HEIRS, PAID_FOR
from voucher_service.reports.known import ENTRIES, known
from voucher_service.reports.table import Column, Kind, Ratio, Row, Table, Wording


class Grouping(StrEnum):
    """What the delays are counted by."""

    RUN = "run"
    OPERATOR = "operator"


# A payment that came back, was refused or taken out keeps no promise; reversals and payments count as known then.
_PROMISED = f"""
WITH {ENTRIES}, heir AS MATERIALIZED ({HEIRS}), outcome AS MATERIALIZED (
    SELECT run_no, payment_no, fate, booked_on FROM payment_outcome JOIN known USING (entry_no)
    WHERE campaign_id = :campaign_id
), live AS MATERIALIZED (
    SELECT line.redemption_id, line.run_no, payment.operator_id, paid.booked_on AS paid_on
    FROM run_line AS line
    JOIN run_payment AS payment ON payment.campaign_id = line.campaign_id AND payment.run_no = line.run_no
                               AND payment.no = line.payment_no
    JOIN payment_run AS run ON run.campaign_id = line.campaign_id AND run.no = line.run_no
    JOIN known ON known.entry_no = run.entry_no
    LEFT JOIN outcome AS paid ON paid.run_no = line.run_no AND paid.payment_no = line.payment_no
                             AND paid.fate = 'paid'
    WHERE line.campaign_id = :campaign_id
      AND NOT EXISTS (SELECT FROM outcome WHERE outcome.run_no = line.run_no
                      AND outcome.payment_no = line.payment_no AND outcome.fate <> 'paid')
), promised AS MATERIALIZED (
    SELECT coalesce(live.operator_id, {PAID_FOR}) AS operator_id, redemption.face_cents, redemption.pay_by,
           live.run_no, live.paid_on,
           greatest(coalesce(live.paid_on, CAST(:on AS date)) - redemption.pay_by, 0) AS days
    FROM redemption JOIN known USING (entry_no)
    LEFT JOIN live ON live.redemption_id = redemption.id
    WHERE redemption.campaign_id = :campaign_id
      AND NOT EXISTS (SELECT FROM redemption_reversal AS undone JOIN known USING (entry_no)
                      WHERE undone.redemption_id = redemption.id)
)"""
_SUMS = """
count(*) AS redemptions,
count(*) FILTER (WHERE paid_on IS NOT NULL) AS paid,
count(*) FILTER (WHERE paid_on IS NOT NULL AND days > 0) AS late,
coalesce(sum(face_cents) FILTER (WHERE paid_on IS NOT NULL AND days > 0), 0)::bigint AS late_cents,
coalesce(sum(days) FILTER (WHERE paid_on IS NOT NULL), 0)::bigint AS late_days,
coalesce(max(days) FILTER (WHERE paid_on IS NOT NULL), 0) AS worst_days,
count(*) FILTER (WHERE paid_on IS NULL AND days > 0) AS overdue,
coalesce(sum(face_cents) FILTER (WHERE paid_on IS NULL AND days > 0), 0)::bigint AS overdue_cents,
min(pay_by) FILTER (WHERE paid_on IS NULL) AS oldest_on"""
_STATEMENTS = {
    Grouping.RUN: text(f"""{_PROMISED}
SELECT run_no AS grouped_by, {_SUMS} FROM promised GROUP BY run_no ORDER BY run_no NULLS LAST"""),
    Grouping.OPERATOR: text(f"""{_PROMISED}
SELECT organisation.name AS grouped_by, {_SUMS}
FROM promised JOIN organisation ON organisation.id = promised.operator_id
GROUP BY organisation.id, organisation.name ORDER BY oldest_on NULLS LAST, organisation.name, organisation.id"""),
}
_GROUPED_BY = {
    Grouping.RUN: Column("run", Kind.TEXT, "Lot", "Run"),
    Grouping.OPERATOR: Column("operator", Kind.TEXT, "Structure exploitante", "Venue operator"),
}
_COLUMNS = (
    Column("redemptions", Kind.INTEGER, "Pass encaissés", "Redemptions", totalled=True),
    Column("paid", Kind.INTEGER, "Pass payés", "Paid", totalled=True),
    Column("late", Kind.INTEGER, "Payés en retard", "Paid late", totalled=True),
    Column("late_cents", Kind.CENTS, "Payé en retard", "Paid late, euros", totalled=True),
    Column("kept", Kind.RATIO, "Payés dans le délai", "Paid in time"),
    Column("late_days", Kind.INTEGER, "Jours de retard cumulés", "Days late in all", totalled=True),
    Column("worst_days", Kind.INTEGER, "Plus long retard (jours)", "Longest delay (days)"),
    Column("overdue", Kind.INTEGER, "Échus, non payés", "Overdue", totalled=True),
    Column("overdue_cents", Kind.CENTS, "Échu, non payé", "Overdue, euros", totalled=True),
    Column("oldest_on", Kind.DATE, "Plus ancienne promesse non payée", "Oldest unpaid promise"),
)
_NOTES = (
    Wording(
        "Le jour promis est celui qui a été annoncé au lieu à l'encaissement. Un paiement compte au jour où il a "
        "quitté le compte ; un paiement revenu, refusé ou retiré ne compte pas.",
        "The promised day is the one that the venue was told when it took the voucher. A payment counts on the day it "
        "left the account; one that came back, was refused or taken out does not count.",
    ),
)
_IN_NO_RUN = Wording("Hors lot", "In no run")


def build(
    session: Session,
    *,
    series: str,
    on: date,
    by: Actor,
    grouping: Grouping = Grouping.RUN,
    position: int | None = None,
) -> Table:
    """Measure how late venues were paid, and what is overdue on a day; amounts in cents, delays in days.

    Raises ``CampaignIsUnknown``, ``PositionIsNotReached``.
    """
    view = known(session, series=series, position=position, on=on, by=by)
    return Table(
        name=f"payment-delays-by-{grouping.value}",
        title=Wording("Délais de paiement des lieux", "Delays in paying venues"),
        as_of=view.as_of,
        issuer=view.issuer,
        about=view.about,
        columns=(_GROUPED_BY[grouping], *_COLUMNS),
        rows=[_row(found, series) for found in _found(session, grouping, view.parameters)],
        notes=_NOTES,
    )


def _found(session: Session, grouping: Grouping, parameters: dict[str, object]) -> Sequence[Found[Any]]:
    return session.execute(_STATEMENTS[grouping], parameters).all()


def _row(found: Found[Any], series: str) -> Row:
    group, named = found.grouped_by, found.grouped_by
    if group is None:
        named = _IN_NO_RUN
    elif isinstance(group, int):
        named = f"{series}/{group}"
    return [
        named,
        found.redemptions,
        found.paid,
        found.late,
        found.late_cents,
        Ratio(found.paid - found.late, found.paid),
        found.late_days,
        found.worst_days,
        found.overdue,
        found.overdue_cents,
        found.oldest_on,
    ]
