"""Expiry: when their time is over, what is left of vouchers becomes breakage (*péremption*), wherever the papers are.

In two stages. *The stock*, once the last day of use has passed: papers that nobody was given. *Everything*, once the
last day of presentation has passed. Booklets are taken a few hundred at a time, each few in a transaction of its own,
so that nobody waits long; whatever was expired is not looked at again, so the work can stop at any instant and begin
anew. A redemption of the same instant either wins, or finds the voucher expired: both touch the voucher's account.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, Row, func, insert, select, text
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import journal
from voucher_service.vouchers.register import Booklet

BOOKLETS_AT_ONCE = 500
"""How many booklets one transaction looks at: their locks are held for some tenths of a second."""

# What is left of a voucher: its last paper, while that holds value, or was never activated and is not void.
_LEFT = """
CROSS JOIN LATERAL (SELECT coalesce(max(issue), 1) AS issue FROM replacement
                    WHERE replacement.campaign_id = voucher.campaign_id AND replacement.serial = voucher.serial) AS last
CROSS JOIN LATERAL (SELECT address, balance, version FROM account
                    WHERE account.campaign_id = voucher.campaign_id
                      AND account.address = 'voucher/' || voucher.serial || '/' || last.issue LIMIT 1) AS value
WHERE voucher.campaign_id = :campaign_id AND voucher.booklet = {booklet}
  AND (value.balance > 0 OR (
       NOT EXISTS (SELECT FROM active_booklet AS active
                   WHERE active.campaign_id = voucher.campaign_id AND active.booklet = voucher.booklet)
       AND NOT EXISTS (SELECT FROM void WHERE void.campaign_id = voucher.campaign_id
                       AND void.serial = voucher.serial AND void.issue = last.issue)))"""
# Each look-up ends with LIMIT 1: row by row through the keys, whatever the planner believes of the tables. A NOT EXISTS
# would be joined to all that expired before, again in each step, until somebody gathers statistics.
_NEXT = text(f"""
SELECT booklet.number, moved.place, moved.effective_on, held.version
FROM booklet
CROSS JOIN LATERAL (SELECT place, effective_on FROM booklet_move
                    WHERE booklet_move.campaign_id = booklet.campaign_id AND booklet_move.booklet = booklet.number
                    ORDER BY turn DESC LIMIT 1) AS moved
CROSS JOIN LATERAL (SELECT balance, version FROM account
                    WHERE account.campaign_id = booklet.campaign_id
                      AND account.address = 'booklet/' || booklet.number LIMIT 1) AS held
WHERE booklet.campaign_id = :campaign_id AND booklet.ordinal > :after AND booklet.ordinal <= :through
  AND held.balance > 0
  AND (:everywhere OR moved.place IN ('custody/stock', 'custody/shortage')
       OR (:noted AND moved.place <> 'custody/beneficiaries'))
  AND (SELECT true FROM expired_booklet AS done
       WHERE done.campaign_id = booklet.campaign_id AND done.booklet = booklet.number LIMIT 1) IS NULL
  AND (SELECT true FROM voucher {_LEFT.format(booklet="booklet.number")} LIMIT 1)
ORDER BY booklet.ordinal""")
_BOOKLETS = """
unnest(CAST(:booklets AS text[]), CAST(:places AS text[]), CAST(:versions AS bigint[]))
    AS taken (booklet, place, version)"""
_CHOSEN = f"""
SELECT taken.booklet, taken.place, taken.version AS booklet_version, paper.*
FROM {_BOOKLETS}
CROSS JOIN LATERAL (SELECT voucher.colour, value.address, value.balance AS cents, value.version
                    FROM voucher {_LEFT.format(booklet="taken.booklet")}) AS paper"""
# Where others took all that was left meanwhile, a guard that nobody keeps is missed: nothing is written, and the act
# begins again on what is there by then.
_GUARDS = """
SELECT address, delta, seen, row_number() OVER (ORDER BY shared, address COLLATE "C") AS place
FROM (SELECT address, -cents AS delta, version AS seen, 0 AS shared FROM chosen
      UNION ALL SELECT 'booklet/' || booklet, -count(*), booklet_version, 1
                FROM chosen GROUP BY booklet, booklet_version
      UNION ALL SELECT place, -count(*), NULL, 2 FROM chosen
                WHERE place NOT IN ('custody/beneficiaries', 'custody/shortage') GROUP BY place
      UNION ALL SELECT 'expired', coalesce(sum(cents), 0)::bigint, NULL, 2 FROM chosen HAVING count(*) > 0
      UNION ALL SELECT 'nothing/left', 0, NULL, 2 WHERE NOT EXISTS (SELECT FROM chosen)) AS held"""
_TRANSFERS = """
SELECT debit, credit, amount, colour, row_number() OVER (ORDER BY shared, debit)
FROM (SELECT address AS debit, 'expired' AS credit, cents AS amount, colour, 0 AS shared FROM chosen WHERE cents > 0
      UNION ALL SELECT 'booklet/' || booklet, 'custody-of-booklets', count(*), 0, 1 FROM chosen GROUP BY booklet
      UNION ALL SELECT place, 'custody/expired', count(*), 0, 2 FROM chosen GROUP BY place) AS move"""
# Short statements on many rows: through the keys. A planner without statistics would read all accounts each time.
_BY_KEY = text(
    "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"
)
_FACTS = text("""
INSERT INTO expired_booklet (campaign_id, booklet, expiry_id, place, papers)
SELECT :campaign_id, ended.booklet, :expiry_id, moved.place, ended.papers
FROM (SELECT substr(debit, 9) AS booklet, amount AS papers FROM transfer
      WHERE campaign_id = :campaign_id AND entry_no = :entry_no AND credit = 'custody-of-booklets') AS ended
CROSS JOIN LATERAL (SELECT place FROM booklet_move
                    WHERE booklet_move.campaign_id = :campaign_id AND booklet_move.booklet = ended.booklet
                    ORDER BY turn DESC LIMIT 1) AS moved""")
_SUMS = text("""
SELECT coalesce(sum(amount) FILTER (WHERE credit = 'expired'), 0)::bigint AS cents,
       coalesce(sum(amount) FILTER (WHERE credit = 'custody/expired'), 0)::bigint AS papers,
       count(*) FILTER (WHERE credit = 'custody-of-booklets') AS booklets
FROM transfer WHERE campaign_id = :campaign_id AND entry_no = :entry_no""")


class Stage(StrEnum):
    """What expires: what nobody was given, then whatever is left."""

    STOCK = "stock"
    EVERYTHING = "everything"


class Expiry(Base):
    """Some booklets expired in one entry: what was left of them, in papers and in cents."""

    __tablename__ = "expiry"
    __table_args__ = (Index(None, "campaign_id", "stage"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    stage: Mapped[Stage]
    booklets: Mapped[int] = mapped_column(Integer)
    papers: Mapped[int] = mapped_column(Integer)
    value_cents: Mapped[int]
    expired_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


class ExpiredBooklet(Base):
    """What was left of a booklet expired, once: so many papers, at the place where it was."""

    __tablename__ = "expired_booklet"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    booklet: Mapped[Code] = mapped_column(primary_key=True)
    expiry_id: Mapped[UUID] = mapped_column(ForeignKey("expiry.id"))
    place: Mapped[Code]
    papers: Mapped[int] = mapped_column(Integer)


@dataclass(frozen=True, slots=True)
class Step:
    """How far an expiry came: booklets looked at of all there are, and what expired now (cents, papers)."""

    through: int
    total: int
    papers: int = 0
    value_cents: int = 0

    @property
    def is_last(self) -> bool:
        """Say whether every booklet was looked at."""
        return self.through >= self.total


@dataclass(eq=False)
class TimeIsNotOver(Refusal):
    """These vouchers may still be used: they expire after the day that is shown.

    FR: Ces pass peuvent encore servir : ils périment après la date indiquée.
    """

    last_on: date


def due_on(campaign: Campaign, stage: Stage) -> date:
    """Return the first day on which a stage may be done: the day after the last one that vouchers are good for.

    CGCT R.1611-11: what was not distributed lapses at the end of the period; Aptic: what was is taken a month longer.
    """
    return _last_day(campaign, stage) + timedelta(days=1)


def expire(
    session: Session,
    *,
    series: str,
    stage: Stage,
    today: date,
    at: datetime,
    by: Actor,
    after: int = 0,
    booklets: int = BOOKLETS_AT_ONCE,
) -> Step:
    """Expire what is left of the next ``booklets`` after the ordinal ``after``; call again until the step is the last.

    Where a campaign asks for no handover to be recorded, what a site holds may be in somebody's hands: it expires
    with what was handed over. Raises ``CampaignIsUnknown``, ``CampaignIsBlocked``, ``TimeIsNotOver``.
    """
    campaign = campaigns.get(session, series)
    campaigns.refuse_if_blocked(session, campaign)
    if today < due_on(campaign, stage):
        raise TimeIsNotOver(_last_day(campaign, stage))
    last = select(func.coalesce(func.max(Booklet.ordinal), 0)).where(Booklet.campaign_id == campaign.id)
    through, total = after + booklets, int(session.execute(last).scalar_one())
    session.execute(_BY_KEY)
    found = _next(session, campaign, stage, after=after, through=through)
    if not found:
        return Step(through, total)
    on = max(_last_day(campaign, stage), *(row.effective_on for row in found))
    done = _take(session, campaign, stage, found, journal.Act(campaign.id, "expire", on, by.user_id), at)
    return Step(through, total, done.papers, done.value_cents)


def totals(session: Session, *, campaign_id: int, stage: Stage) -> dict[str, int]:
    """Sum all that expired in a stage, however many times it was begun: booklets, papers, cents."""
    sums = [
        func.coalesce(func.sum(column), 0) for column in (Expiry.booklets, Expiry.papers, Expiry.value_cents)
    ]
    row = session.execute(select(*sums).where(Expiry.campaign_id == campaign_id, Expiry.stage == stage)).one()
    return {"booklets": int(row[0]), "papers": int(row[1]), "value_cents": int(row[2])}


def has_expired(session: Session, *, campaign_id: int, booklet: str) -> bool:
    """Say whether what was left of a booklet has expired."""
    return session.get(ExpiredBooklet, (campaign_id, booklet)) is not None


def _last_day(campaign: Campaign, stage: Stage) -> date:
    return campaign.use_until if stage is Stage.STOCK else campaign.present_until


def _next(session: Session, campaign: Campaign, stage: Stage, *, after: int, through: int) -> list[Row[Any]]:
    parameters = {
        "campaign_id": campaign.id,
        "after": after,
        "through": through,
        "everywhere": stage is Stage.EVERYTHING,
        "noted": campaign.handover_required,
    }
    return list(session.execute(_NEXT, parameters))


def _take(
    session: Session, campaign: Campaign, stage: Stage, found: list[Row[Any]], act: journal.Act, at: datetime
) -> Expiry:
    taken = {
        "booklets": [row.number for row in found],
        "places": [row.place for row in found],
        "versions": [row.version for row in found],
    }
    posted = journal.post_set(session, act, chosen=_CHOSEN, guards=_GUARDS, transfers=_TRANSFERS, **taken)
    entry = {"campaign_id": campaign.id, "entry_no": posted.no}
    sums = session.execute(_SUMS, entry).one()
    fact = {
        "id": new_id(),
        "stage": stage,
        "booklets": sums.booklets,
        "papers": sums.papers,
        "value_cents": sums.cents,
        "expired_on": act.effective_on,
        "at": at,
        "by": act.by,
    }
    session.execute(insert(Expiry).values(**fact, **entry))
    session.execute(_FACTS, entry | {"expiry_id": fact["id"]})
    return session.get_one(Expiry, fact["id"])
