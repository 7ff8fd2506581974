"""Validity counts: the four counts that a sponsor is alerted with before the end, as known at a position.

Booklets issued (*émis*), handed over (*injectés*), issued and not handed over, and begun (*entamés*): Aptic's J-30
alert, and the base of the joint statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.reports.known import ENTRIES, Known, known
from voucher_service.reports.table import Column, Kind, Table, Wording

COLUMNS = (
    Column("count", Kind.TEXT, "Code", "Code"),
    Column("meaning", Kind.TEXT, "Carnets", "Booklets"),
    Column("booklets", Kind.INTEGER, "Nombre", "Number"),
    Column("papers_left", Kind.INTEGER, "Pass non utilisés", "Vouchers not used"),
    Column("left_cents", Kind.CENTS, "Valeur non utilisée", "Value not used"),
)
MEANINGS: Mapping[str, Wording] = {
    "issued": Wording("Émis : activés, donc payables", "Issued: activated, so good to pay"),
    "injected": Wording("Injectés : remis à des personnes", "Injected: handed over to people"),
    "not-injected": Wording("Émis et non injectés", "Issued and not injected"),
    "started": Wording("Entamés : un pass au moins a servi", "Begun: at least one voucher was used"),
}
# What is left of a booklet is a matter of its facts: no counter is read, which knows only today. A booklet's last move
# is found as one number, its turn and what it tells: to sort all moves would take longer than all the rest.
_COUNTS = text(f"""
WITH {ENTRIES}, issued AS (
    SELECT active.booklet FROM active_booklet AS active
    JOIN activation ON activation.id = activation_id JOIN known USING (entry_no)
    WHERE active.campaign_id = :campaign_id
), last AS (
    SELECT booklet, max(turn * 2 + (place = 'custody/beneficiaries')::integer) % 2 = 1 AS injected
    FROM booklet_move JOIN known USING (entry_no) WHERE campaign_id = :campaign_id GROUP BY booklet
), undone AS (
    SELECT redemption_id, serial, entry_no FROM redemption_reversal JOIN known USING (entry_no)
    WHERE campaign_id = :campaign_id
), used AS (
    SELECT left(serial, length(serial) - 3) AS booklet, count(*) AS papers
    FROM redemption JOIN known USING (entry_no)
    WHERE campaign_id = :campaign_id AND NOT EXISTS (SELECT FROM undone WHERE undone.redemption_id = redemption.id)
    GROUP BY 1
), ended AS (
    SELECT booklet, sum(papers) AS papers FROM (
        SELECT booklet, papers FROM used
        UNION ALL SELECT booklet, expired_booklet.papers
                  FROM expired_booklet JOIN expiry ON expiry.id = expiry_id JOIN known USING (entry_no)
                  WHERE expired_booklet.campaign_id = :campaign_id
        UNION ALL SELECT left(serial, length(serial) - 3), count(*) FROM void JOIN known USING (entry_no)
                  WHERE campaign_id = :campaign_id GROUP BY 1
        UNION ALL SELECT left(serial, length(serial) - 3), count(*)
                  FROM undone JOIN transfer ON transfer.campaign_id = :campaign_id
                   AND transfer.entry_no = undone.entry_no AND transfer.credit = 'expired' GROUP BY 1
    ) AS each GROUP BY 1
), told AS (
    SELECT last.injected, used.papers IS NOT NULL AS started, count(*) AS booklets,
           sum(:booklet_size - coalesce(ended.papers, 0)) AS papers
    FROM issued JOIN last USING (booklet) LEFT JOIN used USING (booklet) LEFT JOIN ended USING (booklet)
    GROUP BY 1, 2
)
SELECT which.key, coalesce(sum(booklets) FILTER (WHERE which.holds), 0)::bigint AS booklets,
       coalesce(sum(papers) FILTER (WHERE which.holds), 0)::bigint AS papers
FROM told CROSS JOIN LATERAL (VALUES ('issued', true), ('injected', injected), ('not-injected', NOT injected),
                                     ('started', started)) AS which (key, holds)
GROUP BY which.key""")


@dataclass(frozen=True, slots=True)
class Count:
    """So many booklets, the vouchers left in them, and what these are worth in cents."""

    booklets: int
    papers_left: int
    left_cents: int


def read(session: Session, view: Known) -> dict[str, Count]:
    """Count a campaign's booklets four ways, under the keys of ``MEANINGS``."""
    campaign = view.campaign
    rows = session.execute(_COUNTS, view.parameters | {"booklet_size": campaign.booklet_size})
    found = {row.key: Count(row.booklets, row.papers, row.papers * campaign.face_cents) for row in rows}
    return {key: found.get(key, Count(0, 0, 0)) for key in MEANINGS}


def figures(counts: Mapping[str, Count]) -> dict[str, int]:
    """Write the counts as names and whole numbers, for the calendar to keep."""
    return {
        f"{key.replace('-', '_')}_{name}": getattr(count, name)
        for key, count in counts.items()
        for name in ("booklets", "papers_left", "left_cents")
    }


def build(session: Session, *, series: str, on: date, by: Actor, position: int | None = None) -> Table:
    """Show the four counts, for acts effective up to ``on`` and as known at ``position`` (the last if None).

    Raises ``CampaignIsUnknown``, ``PositionIsNotReached``.
    """
    view = known(session, series=series, position=position, on=on, by=by)
    counts = read(session, view)
    return Table(
        name="validity-counts",
        title=Wording("Carnets avant la fin de validité", "Booklets before the end of validity"),
        as_of=view.as_of,
        issuer=view.issuer,
        about=(*view.about, last_days(view)),
        columns=COLUMNS,
        rows=[
            [key, MEANINGS[key], count.booklets, count.papers_left, count.left_cents]
            for key, count in counts.items()
        ],
    )


def last_days(view: Known) -> tuple[Wording, str]:
    """Say until when vouchers are used, and until when those handed over are taken."""
    campaign = view.campaign
    label = Wording(
        "Dernier jour d'utilisation, puis de présentation", "Last day of use, then of presentation"
    )
    return label, f"{campaign.use_until:%d/%m/%Y}, {campaign.present_until:%d/%m/%Y}"
