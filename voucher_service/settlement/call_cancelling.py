"""Cancelling calls: a call for funds that was wrong is cancelled, with its reason, and stays in the list as such.

Its number is never given again, and its document says that it is not to be paid. What it asked for was not called:
the next call may ask for it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from voucher_service.identity import duties
from voucher_service.identity.naming import clean_name
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.settlement import call_receipts, fund_calls
from voucher_service.settlement.fund_calls import LIVE_LINE, CallCancellation, FundCall

_TAKEN_OFF = text(f"""
SELECT min(line.call_no) FROM call_line AS line
JOIN call_line AS mine ON mine.campaign_id = line.campaign_id AND mine.redemption_id = line.redemption_id
                      AND mine.funder = line.funder
WHERE mine.campaign_id = :campaign_id AND mine.call_no = :no AND NOT mine.is_credit
  AND line.is_credit AND line.call_no <> :no AND {LIVE_LINE}""")


@dataclass(eq=False)
class CallIsPaid(Refusal):
    """Money was received on this call: it was a right one, and cannot be cancelled.

    FR: De l'argent a été reçu sur cet appel : il n'est plus possible de l'annuler.
    """

    number: str
    received_cents: int


@dataclass(eq=False)
class CallIsCorrected(Refusal):
    """A later call takes off what this one asked for: cancel that one first.

    FR: Un appel plus récent déduit ce que celui-ci demandait : annulez d'abord celui-là.
    """

    number: str
    later: str


def cancel(
    session: Session, *, series: str, no: int, reason: str, on: date, at: datetime, by: Actor
) -> CallCancellation:
    """Cancel a call on which nothing was received, and say why; what it asked for can be called again.

    Finance's duty. Raises ``DutyIsNotYours``, ``CallIsUnknown``, ``NameIsMalformed``, ``CallIsCancelled``,
    ``CallIsPaid``, ``CallIsCorrected``.
    """
    duties.require(Role.FINANCE, duty="cancel-fund-call", by=by, at=at)
    call = fund_calls.get(session, series=series, no=no, by=by)
    fund_calls.hold(session, campaign_id=call.campaign_id)
    fund_calls.refuse_if_cancelled(session, call)
    received = call_receipts.received(session, call)
    if received:
        raise CallIsPaid(call.number, received)
    _refuse_if_taken_off(session, call)
    session.execute(
        insert(CallCancellation).values(
            campaign_id=call.campaign_id,
            call_no=no,
            reason=clean_name(reason),
            cancelled_on=on,
            at=at,
            by=by.user_id,
        )
    )
    return session.get_one(CallCancellation, (call.campaign_id, no))


def _refuse_if_taken_off(session: Session, call: FundCall) -> None:
    later = session.execute(_TAKEN_OFF, {"campaign_id": call.campaign_id, "no": call.no}).scalar()
    if later is not None:
        raise CallIsCorrected(call.number, f"{call.series}-AF{later}")
