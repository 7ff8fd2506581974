"""Orders: what an approved run sends out, a payment order for the bank or a mandate list for the accountant.

The payment order is written from what was frozen and from the instant of approval. A bank limits how many transfers
and how much one file may carry, wherever it counts them: what exceeds the limit goes into further files, each with
its own reference. The mandate list repeats the campaign's terms and budget line as they stand when it is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, deposits
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import MoneySide
from voucher_service.identity import organisations
from voucher_service.identity.users import User
from voucher_service.kernel.actor import SYSTEM, Actor
from voucher_service.kernel.clock import civil_date
from voucher_service.kernel.money import Cents, as_decimal
from voucher_service.kernel.refusal import Refusal
from voucher_service.network import payees
from voucher_service.settlement import approval, choosing, exports, runs, sepa
from voucher_service.settlement.characters import as_reference
from voucher_service.settlement.exports import Exported, Form, Written
from voucher_service.settlement.mandate_list import MandateLine
from voucher_service.settlement.paying_accounts import PayingAccount
from voucher_service.settlement.runs import PaymentRun, RunLine, RunPayment
from voucher_service.settlement.sepa import Party, Payment, PaymentOrder

MOST_PAYMENTS = 10_000
"""How many transfers one file carries, where the account's bank did not say otherwise."""
MOST_CENTS = 99_999_999_999
"""How much one file carries, in cents, where the bank did not say otherwise: the most of one transfer (EPC115-06)."""


@dataclass(eq=False)
class RunIsPaidByMandate(Refusal):
    """This campaign is paid by its public accountant: take the mandate list.

    FR: Cette campagne est payée par son comptable public : prenez la liste de mandatement.
    """

    run: int


@dataclass(eq=False)
class PaymentIsTooLarge(Refusal):
    """The bank takes no transfer of this amount from this account: take the payment out, or agree with it on more.

    FR: La banque ne prend pas un virement de ce montant depuis ce compte : retirez ce paiement, ou voyez avec elle.
    """

    reference: str
    amount_cents: int
    most_cents: int


@dataclass(eq=False)
class RunIsPaidByBank(Refusal):
    """This campaign pays from its own account: take the payment order, a mandate would pay a second time.

    FR: Cette campagne paie depuis son propre compte : prenez l'ordre de virement, un mandat paierait une seconde fois.
    """

    run: int


def files(session: Session, *, series: str, run: int) -> list[PaymentOrder]:
    """Return the orders to the bank of an approved run, each within what the bank takes in one file.

    Raises ``RunIsUnknown``, ``RunIsPaidByMandate``, ``RunIsNotApproved``, ``PaymentIsTooLarge``.
    """
    campaign, frozen = campaigns.get(session, series), runs.get(session, series=series, run=run)
    if campaign.money_side is not MoneySide.BANK:
        raise RunIsPaidByMandate(run)
    approved_at = approval.get(session, frozen).at
    account, debtor = _debtor(session, campaign, frozen)
    counts = _counts(session, frozen)
    staying = runs.staying(session, frozen)
    sirets = _sirets(session, frozen, staying)
    payments = [_payment(frozen, payment, counts[payment.no], sirets[payment.no]) for payment in staying]
    parts = _within(payments, account)
    name = choosing.message_id(series, run)
    return [
        PaymentOrder(
            message_id=name if len(parts) == 1 else as_reference(name, f"F{number}"),
            created_at=approved_at,
            executed_on=civil_date(approved_at),
            debtor=debtor,
            payments=tuple(part),
        )
        for number, part in enumerate(parts, start=1)
    ]


def export(session: Session, *, series: str, run: int, at: datetime, by: Actor) -> Exported:
    """Take the orders to the bank of an approved run out of the house (``pain.001.001.09``): the same bytes each time.

    Raises the refusals of ``files``, and ``RunIsCancelled``.
    """

    def write() -> list[Written]:
        return [
            Written(order.message_id, len(order.payments), order.total_cents, sepa.encode(order))
            for order in files(session, series=series, run=run)
        ]

    if campaigns.get(session, series).money_side is not MoneySide.BANK:
        raise RunIsPaidByMandate(run)
    frozen = runs.get(session, series=series, run=run)
    return exports.export(session, frozen, form=Form.PAYMENT_ORDER, write=write, at=at, by=by)


def mandate_lines(session: Session, *, series: str, run: int) -> list[MandateLine]:
    """Return what a public accountant needs to pay an approved run, one line for each operator, gross.

    The service is certified (*service fait*) by who froze the run. Raises ``RunIsUnknown``,
    ``RunIsPaidByBank``, ``RunIsNotApproved``.
    """
    campaign, frozen = campaigns.get(session, series), runs.get(session, series=series, run=run)
    if campaign.money_side is not MoneySide.COMMITMENT:
        raise RunIsPaidByBank(run)
    approval.get(session, frozen)
    account = _account(session, frozen)
    certifier = session.get(User, frozen.by)
    counts = _counts(session, frozen)
    staying = runs.staying(session, frozen)
    sirets = _sirets(session, frozen, staying)
    engagements = ", ".join(
        engagement.reference for engagement in deposits.search(session, series=series, by=SYSTEM)
    )
    return [
        MandateLine(
            number=payment.no,
            payee=payment.holder,
            siret=sirets[payment.no],
            iban=payment.iban,
            bic=payment.bic,
            amount_cents=Cents(payment.amount_cents),
            claim_cents=Cents(payment.claim_cents),
            purpose=_purpose(frozen, payment, counts[payment.no]),
            agreement=campaign.legal_reference,
            deliberation=campaign.deliberation,
            commitment_number=engagements or None,
            imputation=account.imputation if account else None,
            certified_by=certifier.name if certifier else str(frozen.by),
            certified_on=civil_date(frozen.at),
            supporting_statement=payment.end_to_end_id,
        )
        for payment in staying
    ]


def _within(payments: Sequence[Payment], account: PayingAccount) -> list[list[Payment]]:
    most_payments = account.most_payments or MOST_PAYMENTS
    most_cents = account.most_cents or MOST_CENTS
    parts: list[list[Payment]] = [[]]
    held_cents = 0
    for payment in payments:
        if payment.amount_cents > most_cents:
            raise PaymentIsTooLarge(payment.end_to_end_id, payment.amount_cents, most_cents)
        held_cents += payment.amount_cents
        if len(parts[-1]) == most_payments or held_cents > most_cents:
            parts.append([])
            held_cents = payment.amount_cents
        parts[-1].append(payment)
    return parts


def _debtor(session: Session, campaign: Campaign, run: PaymentRun) -> tuple[PayingAccount, Party]:
    account = _account(session, run)
    if account is None:
        raise ValueError("a run that a bank pays was frozen with its account")
    payer = organisations.get(session, organisation_id=campaign.organisation_id)
    return account, Party(account.holder, account.iban, account.bic, payer.siret)


def _account(session: Session, run: PaymentRun) -> PayingAccount | None:
    if run.paying_account_no is None:
        return None
    return session.get(PayingAccount, (run.campaign_id, run.paying_account_no))


def _counts(session: Session, run: PaymentRun) -> dict[int, int]:
    mine = (RunLine.campaign_id == run.campaign_id) & (RunLine.run_no == run.no)
    counted = select(RunLine.payment_no, func.count()).where(mine).group_by(RunLine.payment_no)
    return {row[0]: row[1] for row in session.execute(counted)}


def _sirets(session: Session, run: PaymentRun, payments: Sequence[RunPayment]) -> dict[int, str | None]:
    # Who is paid in an operator's place (a liquidator) is another person: his own number, or none.
    operators = {payment.operator_id for payment in payments}
    others = payees.paid_at(session, operators=operators, at=run.at)
    paid = {payment.no: others.get((payment.operator_id, payment.iban)) for payment in payments}
    return {
        payment.no: payment.siret if (other := paid[payment.no]) is None else other.siret
        for payment in payments
    }


def _payment(run: PaymentRun, payment: RunPayment, count: int, siret: str | None) -> Payment:
    creditor = Party(payment.holder, payment.iban, payment.bic, siret)
    return Payment(payment.end_to_end_id, Cents(payment.net_cents), creditor, _purpose(run, payment, count))


def _purpose(run: PaymentRun, payment: RunPayment, count: int) -> str:
    # What a venue's bookkeeper looks for on the bank's paper: whose money, how many passes, up to when, which payment.
    until = f"{run.cut_off_on:%d/%m/%Y}"
    said = f"PASS numérique {run.series} - {count} pass jusqu'au {until} - paiement {payment.end_to_end_id}"
    if not payment.netted_cents:
        return said
    gross, netted = as_decimal(Cents(payment.amount_cents)), as_decimal(Cents(payment.netted_cents))
    return f"{said} - brut {gross} moins {netted} à rendre"
