"""Freezing: what is owed to venues up to a day becomes a payment run (*arrêté du lot*).

Each redemption is taken once, whatever else happens at that moment. Its due moves to the run's account, one
transfer for each venue and colour, and from then on only finance may reverse it. What a payment takes back moves the
other way, so that the run's account holds the net.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.identity import separation
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts, journal, record
from voucher_service.settlement import choosing, content, exclusions, netting, paying_accounts, runs
from voucher_service.settlement.runs import PaymentRun

# Nothing moves on a voucher's account, but it is touched: a reversal at the same moment would need the version
# that the line saw too, so one of the two finds it changed and starts again.
_GUARDS = """
SELECT address, delta, seen, row_number() OVER (ORDER BY shared, address) AS place
FROM (SELECT DISTINCT address, CAST(0 AS bigint) AS delta, seen, false AS shared FROM chosen WHERE NOT is_claim
      UNION ALL
      SELECT CAST(:run AS text), CAST(sum(CASE WHEN is_claim THEN -face_cents ELSE face_cents END) AS bigint),
             NULL, true FROM chosen) AS held"""
_TRANSFERS = """
SELECT CASE WHEN is_claim THEN :run ELSE due END, CASE WHEN is_claim THEN due ELSE :run END, cents, colour,
       row_number() OVER (ORDER BY is_claim, due, colour)
FROM (SELECT 'venue/' || venue_no || '/due' AS due, is_claim, colour, CAST(sum(face_cents) AS bigint) AS cents
      FROM chosen GROUP BY venue_no, is_claim, colour) AS held"""


@dataclass(eq=False)
class NothingIsDue(Refusal):
    """Nothing can be paid up to this day: see which venues are left out, and why.

    FR: Rien n'est à payer jusqu'à cette date : voyez quels lieux sont écartés, et pourquoi.
    """

    cut_off_on: date
    left_out: dict[str, int] = field(default_factory=dict)


def freeze(
    session: Session,
    *,
    series: str,
    cut_off_on: date,
    minimum_cents: int | None = None,
    is_last: bool = False,
    on: date,
    at: datetime,
    by: Actor,
) -> PaymentRun:
    """Freeze what venues earned by services up to ``cut_off_on`` and nobody paid, for payment.

    Who would be paid less than ``minimum_cents`` (the campaign's own where None) waits, except for a run that
    ``is_last``. Raises ``CampaignIsUnknown``, ``PayingAccountIsMissing``, ``NothingIsDue``, ``MoneyIsShort``.
    """
    campaign = campaigns.get(session, series)
    account = paying_accounts.needed(session, campaign)
    # The sequencer's lock is held to the end: two freezes choose one after the other.
    position = record.sequence(session, campaign_id=campaign.id)
    no = _next(session, campaign)
    accounts.open_accounts(session, campaign_id=campaign.id, addresses=[accounts.run(no)])
    wanted = asked(campaign, cut_off_on=cut_off_on, minimum_cents=minimum_cents, is_last=is_last, at=at)
    chosen = choosing.choose(session, campaign, wanted, run_no=no, position=position)
    if not chosen.payments:
        raise NothingIsDue(cut_off_on, _left_out(session, campaign, no))
    posted = _post(session, journal.Act(campaign.id, "freeze", on, by.user_id), no)
    runs.refuse_if_not_covered(session, campaign)
    paid_from = account.no if account else None
    session.execute(
        insert(PaymentRun).values(
            campaign_id=campaign.id,
            no=no,
            id=new_id(),
            cut_off_on=cut_off_on,
            minimum_cents=wanted.minimum_cents,
            is_last=is_last,
            approvals_needed=approvals_needed(campaign, chosen.total_cents),
            position=position,
            paying_account_no=paid_from,
            payments=chosen.payments,
            redemptions=chosen.redemptions,
            total_cents=chosen.total_cents,
            netted_cents=chosen.netted_cents,
            content_hash=content.digest(
                session, campaign_id=campaign.id, run_no=no, paying_account_no=paid_from
            ),
            entry_no=posted.no,
            at=at,
            by=by.user_id,
        )
    )
    frozen = session.get_one(PaymentRun, (campaign.id, no))
    separation.perform(session, duty=Duty.PREPARE_RUN, subject=runs.subject(frozen), at=at, by=by)
    return frozen


def asked(
    campaign: Campaign, *, cut_off_on: date, minimum_cents: int | None, is_last: bool, at: datetime
) -> choosing.Wanted:
    """Say what a run is asked to take; the least payment is the campaign's own unless one is given."""
    least = campaign.minimum_payment_cents or 0 if minimum_cents is None else minimum_cents
    return choosing.Wanted(cut_off_on, at, least, is_last)


def approvals_needed(campaign: Campaign, total_cents: int) -> int:
    """Say how many persons approve a run of this total beside the one who froze it: one, or two where it is large."""
    threshold = campaign.third_approval_cents
    return 1 if threshold is None or total_cents < threshold else 2


def _post(session: Session, act: journal.Act, no: int) -> journal.Posted:
    return journal.post_set(
        session,
        act,
        chosen=netting.HELD,
        guards=_GUARDS,
        transfers=_TRANSFERS,
        run_no=no,
        run=accounts.run(no),
    )


def _next(session: Session, campaign: Campaign) -> int:
    last = select(func.coalesce(func.max(PaymentRun.no), 0)).where(PaymentRun.campaign_id == campaign.id)
    return session.execute(last).scalar_one() + 1


def _left_out(session: Session, campaign: Campaign, no: int) -> dict[str, int]:
    excluded = exclusions.of_run(session, campaign_id=campaign.id, run=no)
    return dict(Counter(exclusion.reason.value for exclusion in excluded))
