"""Charges: what the bank takes for itself, or takes by mistake, is the account keeper's to put back.

The euros on the account are the funders', cent by cent, and no convention lets a bank's fee eat them. So a fee leaves
the money side in the colour of nobody (``operator/charges`` falls below zero by as much): each funder's money is
whole in the books, the account holds less than it should, and the difference is a claim on whoever keeps the account.
In that colour money and ``operator/charges`` are both short by the fee, so that money still answers for everything;
and since a run or a refund is refused where the whole money does not cover it, nobody is paid with money that is not
there. The claim ends when the account keeper puts the money back: a credit, attributed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, books, journal, statements
from voucher_service.settlement.bank.lines import BankLine

ACCOUNT = "operator/charges"
USUAL_CENTS = 10_000
"""A fee up to this is recognised by the bank's code alone; a larger one is shown to a person first."""
_FEES = {"CHRG", "COMM", "COMI", "COME", "COMT", "COAT", "FEES", "BRKF", "INTR", "TAXE"}


@dataclass(eq=False)
class LessIsOwed(Refusal):
    """Less than that is owed to the account for charges: attribute the rest of this money otherwise.

    FR: Il est dû moins que cela au compte au titre des frais : attribuez autrement le reste de cet argent.
    """

    kind: ClassVar[Kind] = Kind.CONFLICT
    owed_cents: int


def is_fee(line: BankLine) -> bool:
    """Say whether the bank itself calls this movement a fee."""
    return not line.is_credit and (line.code or "").rpartition("/")[2] in _FEES


def owed(session: Session, campaign: Campaign) -> int:
    """Return what the account keeper owes to a campaign's account for charges, in cents."""
    return -statements.balance(session, campaign_id=campaign.id, address=ACCOUNT)


def take(
    session: Session, campaign: Campaign, lines: Sequence[BankLine], *, booked_on: date, by: Actor
) -> int | None:
    """Post what the bank took on one day, and return the entry; None where the money does not cover it."""
    money = campaign.money_side.value
    _, seen = accounts.seen(session, campaign_id=campaign.id, addresses=[money])[money]
    cents = sum(line.amount_cents for line in lines)
    if -statements.balance(session, campaign_id=campaign.id, address=money) < cents:
        return None
    moves = [journal.Transfer(ACCOUNT, money, line.amount_cents, books.UNATTRIBUTED) for line in lines]
    act = journal.Act(campaign.id, "charge", booked_on, by.user_id)
    return journal.post(session, act, moves, seen={money: seen}).no


def put_back(session: Session, campaign: Campaign, line: BankLine, *, by: Actor) -> int:
    """Post what the account keeper put back, and return the entry.

    Raises ``LessIsOwed``.
    """
    money = campaign.money_side.value
    _, seen = accounts.seen(session, campaign_id=campaign.id, addresses=[money])[money]
    still = owed(session, campaign)
    if still < line.amount_cents:
        raise LessIsOwed(still)
    moves = [journal.Transfer(money, ACCOUNT, line.amount_cents, books.UNATTRIBUTED)]
    act = journal.Act(campaign.id, "put-back", line.booked_on, by.user_id)
    return journal.post(session, act, moves, seen={money: seen}).no
