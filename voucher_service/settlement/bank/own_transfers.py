"""Own transfers: money that the account's keeper moves between this account and another one of its own.

It is neither a deposit nor a charge: the campaign has the same rights to it wherever the keeper holds it. What leaves
is owed to the account until it comes back, and what comes in answers for what left (or is the keeper's own, to be
taken back): both stand in ``operator/transfers``, in the colour of nobody, which is nothing once each has its counter
movement, on this account or on the campaign's next one. Meanwhile no run is paid with what lies elsewhere.
"""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from voucher_service.funding import deposits
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, books, journal, statements
from voucher_service.settlement.bank.lines import BankLine
from voucher_service.settlement.bank.resolutions import BankResolution, Meaning

ACCOUNT = "operator/transfers"


@dataclass(eq=False)
class TransferHasNoReason(Refusal):
    """Say why this is a transfer between accounts of the same keeper, and which is the other account.

    FR: Dites pourquoi c'est un virement interne, et quel est l'autre compte de celui qui tient celui-ci.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    line: int


def move(session: Session, campaign: Campaign, line: BankLine, *, by: Actor) -> int:
    """Post what was moved from or to another account of the keeper, and return the entry.

    Raises ``MoneyIsShort``.
    """
    money, cents = campaign.money_side.value, line.amount_cents
    _, seen = accounts.seen(session, campaign_id=campaign.id, addresses=[money])[money]
    if line.is_credit:
        moved = journal.Transfer(money, ACCOUNT, cents, books.UNATTRIBUTED)
    else:
        deposits.refuse_if_not_covered(session, campaign=campaign, amount_cents=cents)
        moved = journal.Transfer(ACCOUNT, money, cents, books.UNATTRIBUTED)
    act = journal.Act(campaign.id, "own-transfer", line.booked_on, by.user_id)
    return journal.post(session, act, [moved], seen={money: seen}).no


def elsewhere(session: Session, campaign: Campaign) -> int:
    """Return what lies on the keeper's other accounts, in cents; below zero where the keeper's lies here."""
    return -statements.balance(session, campaign_id=campaign.id, address=ACCOUNT)


def without_counterpart(session: Session) -> int:
    """Return what left all the accounts for others of their keepers and did not come back, in cents."""
    signed = func.sum(BankLine.amount_cents).filter(~BankLine.is_credit)
    back = func.sum(BankLine.amount_cents).filter(BankLine.is_credit)
    wanted = (
        select(func.coalesce(signed, 0) - func.coalesce(back, 0))
        .join(BankResolution, BankResolution.line_no == BankLine.no)
        .where(BankResolution.meaning == Meaning.OWN_TRANSFER)
    )
    return int(session.scalars(wanted).one())


def knows(session: Session, iban: str | None) -> bool:
    """Say whether a transfer was made before to or from this account, as one of the keeper's own."""
    if iban is None:
        return False
    before = select(BankLine.no).join(BankResolution, BankResolution.line_no == BankLine.no)
    wanted = before.where(
        BankResolution.meaning == Meaning.OWN_TRANSFER, BankLine.counterparty_iban == iban
    ).limit(1)
    return session.scalars(wanted).one_or_none() is not None
