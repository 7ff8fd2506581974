"""Suggestions: what a movement that waits could be, the likeliest first, each with why; a person decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.settlement.bank import (
    charges,
    own_accounts,
    own_entries,
    own_transfers,
    payment_files,
    senders,
)
from voucher_service.settlement.bank.lines import BankLine
from voucher_service.settlement.bank.resolutions import Meaning
from voucher_service.settlement.bank.senders import Sign

_AT_MOST = 8
# A payment that left or came back: of the amount, or to the account, of what is approved and not told yet.
_PAYMENTS = text("""
SELECT payment.end_to_end_id, campaign.series, organisation.name AS operator, payment.net_cents,
       payment.net_cents = :cents AS same_amount, payment.iban = :iban AS same_iban,
       lower(payment.holder) = lower(:name) AS same_name
FROM (SELECT *, amount_cents - netted_cents AS net_cents FROM run_payment) AS payment
JOIN campaign ON campaign.id = payment.campaign_id
JOIN organisation ON organisation.id = payment.operator_id
WHERE payment.campaign_id = ANY(CAST(:campaigns AS bigint[]))
  AND (payment.net_cents = :cents OR payment.iban = :iban)
  AND :came_back = EXISTS (SELECT FROM payment_outcome AS outcome
                           WHERE outcome.campaign_id = payment.campaign_id AND outcome.run_no = payment.run_no
                             AND outcome.payment_no = payment.no AND outcome.fate = 'paid')
  AND NOT EXISTS (SELECT FROM payment_outcome AS outcome
                  WHERE outcome.campaign_id = payment.campaign_id AND outcome.run_no = payment.run_no
                    AND outcome.payment_no = payment.no AND outcome.fate <> 'paid')
  AND EXISTS (SELECT FROM run_approval AS approval
              WHERE approval.campaign_id = payment.campaign_id AND approval.run_no = payment.run_no)
ORDER BY payment.net_cents = :cents DESC, payment.iban = :iban DESC, payment.run_no DESC, payment.no
LIMIT :at_most""")


class Why(StrEnum):
    """Why something is suggested."""

    SAME_AMOUNT = "same-amount"
    SAME_IBAN = "same-iban"
    SAME_NAME = "same-name"
    SAME_REFERENCE = "same-reference"
    PLEDGE_IS_NAMED = "pledge-is-named"
    STILL_PROMISED = "still-promised"
    BANK_SAYS_FEE = "bank-says-fee"
    IS_OWED = "is-owed"
    OWN_ACCOUNT = "own-account"


_WEIGHTS = {
    Why.SAME_REFERENCE: 50,
    Why.PLEDGE_IS_NAMED: 40,
    Why.BANK_SAYS_FEE: 40,
    Why.SAME_AMOUNT: 30,
    Why.SAME_IBAN: 25,
    Why.OWN_ACCOUNT: 35,
    Why.IS_OWED: 20,
    Why.SAME_NAME: 15,
    Why.STILL_PROMISED: 10,
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a movement could be: ``reference`` names the payment, the deposit or the refund, ``label`` who it is of."""

    meaning: Meaning
    series: str
    why: tuple[Why, ...]
    amount_cents: int
    reference: str | None = None
    funder: str | None = None
    label: str = ""

    @property
    def weight(self) -> int:
        """How much speaks for it; to rank, and nothing else."""
        return sum(_WEIGHTS[why] for why in self.why)


def of_line(session: Session, line: BankLine) -> list[Suggestion]:
    """Return what a movement could be, the likeliest first."""
    owners = own_accounts.campaigns_by_iban(session, ibans=[line.iban]).get(line.iban, [])
    series = {campaign.id: campaign.series for campaign in owners}
    found = [
        *_payments(session, line, sorted(series)),
        *(() if line.is_credit else _files(session, line, series)),
        *_entered(session, line, series),
        *(_funders(session, line, sorted(series)) if line.is_credit else ()),
    ]
    is_own = own_transfers.knows(session, line.counterparty_iban) or bool(
        own_accounts.known(session, among=[line.counterparty_iban or ""])
    )
    found += [
        Suggestion(Meaning.OWN_TRANSFER, campaign.series, (Why.OWN_ACCOUNT,), line.amount_cents)
        for campaign in owners
        if is_own
    ]
    for campaign in owners:
        if line.is_credit and charges.owed(session, campaign) >= line.amount_cents:
            found.append(
                Suggestion(Meaning.CHARGE_REPAID, campaign.series, (Why.IS_OWED,), line.amount_cents)
            )
        elif charges.is_fee(line):
            found.append(Suggestion(Meaning.CHARGE, campaign.series, (Why.BANK_SAYS_FEE,), line.amount_cents))
    return sorted(found, key=lambda one: -one.weight)[:_AT_MOST]


def _payments(session: Session, line: BankLine, campaigns: list[int]) -> Iterator[Suggestion]:
    asked = {
        "campaigns": campaigns,
        "cents": line.amount_cents,
        "iban": line.counterparty_iban or "",
        "name": line.name or "",
        "came_back": line.is_credit,
        "at_most": _AT_MOST,
    }
    for row in session.execute(_PAYMENTS, asked):
        signs = {
            Why.SAME_REFERENCE: row.end_to_end_id == line.end_to_end_id,
            Why.SAME_AMOUNT: row.same_amount,
            Why.SAME_IBAN: row.same_iban,
            Why.SAME_NAME: row.same_name,
        }
        yield Suggestion(
            Meaning.RETURN if line.is_credit else Meaning.PAYMENT,
            row.series,
            tuple(why for why, holds in signs.items() if holds),
            row.net_cents,
            reference=row.end_to_end_id,
            label=row.operator,
        )


def _files(session: Session, line: BankLine, series: dict[int, str]) -> Iterator[Suggestion]:
    newest = payment_files.newest(session, campaigns=sorted(series), limit=_AT_MOST)
    for reference in newest:
        [debit] = payment_files.debits(session, [payment_files.open_one(session, line, reference)])
        if debit.doubt is None:
            campaign_id = next(iter(debit.payments.values())).campaign_id
            why = (Why.SAME_AMOUNT,)
            yield Suggestion(Meaning.FILE, series[campaign_id], why, line.amount_cents, reference=reference)


def _entered(session: Session, line: BankLine, series: dict[int, str]) -> Iterator[Suggestion]:
    entered = own_entries.not_told(session, campaigns=sorted(series), amounts=[line.amount_cents])
    for one in entered:
        if one.fits(line):
            why = (Why.SAME_AMOUNT, Why.SAME_REFERENCE) if one.is_named_by(line) else (Why.SAME_AMOUNT,)
            yield Suggestion(
                one.meaning,
                series[one.campaign_id],
                why,
                one.amount_cents,
                reference=one.reference,
                funder=one.funder,
                label=one.funder or "",
            )


def _funders(session: Session, line: BankLine, campaigns: list[int]) -> Iterator[Suggestion]:
    signs = {
        Sign.PLEDGE: Why.PLEDGE_IS_NAMED,
        Sign.IBAN: Why.SAME_IBAN,
        Sign.NAME: Why.SAME_NAME,
    }
    for sender in senders.of_campaigns(session, campaigns=campaigns):
        why = [signs[sign] for sign in sorted(sender.signs(line))]
        if sender.promised_cents >= line.amount_cents:
            same = sender.promised_cents == line.amount_cents
            why.append(Why.SAME_AMOUNT if same else Why.STILL_PROMISED)
        if why:
            yield Suggestion(
                Meaning.DEPOSIT,
                sender.series,
                tuple(why),
                line.amount_cents,
                funder=sender.funder,
                label=sender.funder,
            )
