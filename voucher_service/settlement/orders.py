"""Orders: what an approved run sends out, a payment order for the bank or a mandate list for the accountant.

The payment order is written from what was frozen and from the instant of approval: asked for again, it is the
same bytes. The mandate list repeats the campaign's terms and budget line as they stand.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, deposits
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import MoneySide
from voucher_service.identity import organisations
from voucher_service.identity.users import User
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.clock import civil_date
from voucher_service.kernel.money import Cents
from voucher_service.kernel.refusal import Refusal
from voucher_service.settlement import approval, choosing, runs, sepa
from voucher_service.settlement.mandate_list import MandateLine
from voucher_service.settlement.paying_accounts import PayingAccount
from voucher_service.settlement.runs import PaymentRun, RunPayment
from voucher_service.settlement.sepa import Party, Payment, PaymentOrder


@dataclass(eq=False)
class RunIsPaidByMandate(Refusal):
    """This campaign is paid by its public accountant: take the mandate list.

    FR: Cette campagne est payée par son comptable public : prenez la liste de mandatement.
    """

    run: int


@dataclass(eq=False)
class RunIsPaidByBank(Refusal):
    """This campaign pays from its own account: take the payment order, a mandate would pay a second time.

    FR: Cette campagne paie depuis son propre compte : prenez l'ordre de virement, un mandat paierait une seconde fois.
    """

    run: int


def order(session: Session, *, series: str, run: int) -> PaymentOrder:
    """Return the order to the bank of an approved run.

    Raises ``RunIsUnknown``, ``RunIsPaidByMandate``, ``RunIsNotApproved``.
    """
    campaign, frozen = campaigns.get(session, series), runs.get(session, series=series, run=run)
    if campaign.money_side is not MoneySide.BANK:
        raise RunIsPaidByMandate(run)
    approved_at = approval.get(session, frozen).at
    payments = runs.payments(session, frozen)
    return PaymentOrder(
        message_id=choosing.message_id(series, run),
        created_at=approved_at,
        executed_on=civil_date(approved_at),
        debtor=_debtor(session, campaign, frozen),
        payments=tuple(_payment(campaign, payment) for payment in payments),
    )


def export(session: Session, *, series: str, run: int) -> bytes:
    """Return the file for the bank (``pain.001.001.09``): the same bytes each time.

    Raises the refusals of ``order``.
    """
    return sepa.encode(order(session, series=series, run=run))


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
    engagements = ", ".join(
        engagement.reference for engagement in deposits.search(session, series=series, by=SYSTEM)
    )
    return [
        MandateLine(
            number=payment.no,
            payee=payment.holder,
            siret=payment.siret,
            iban=payment.iban,
            bic=payment.bic,
            amount_cents=Cents(payment.amount_cents),
            claim_cents=Cents(payment.claim_cents),
            purpose=_purpose(campaign, payment),
            agreement=campaign.legal_reference,
            deliberation=campaign.deliberation,
            commitment_number=engagements or None,
            imputation=account.imputation if account else None,
            certified_by=certifier.name if certifier else str(frozen.by),
            certified_on=civil_date(frozen.at),
            supporting_statement=payment.end_to_end_id,
        )
        for payment in runs.payments(session, frozen)
    ]


def _debtor(session: Session, campaign: Campaign, run: PaymentRun) -> Party:
    account = _account(session, run)
    if account is None:
        raise ValueError("a run that a bank pays was frozen with its account")
    payer = organisations.get(session, organisation_id=campaign.organisation_id)
    return Party(account.holder, account.iban, account.bic, payer.siret)


def _account(session: Session, run: PaymentRun) -> PayingAccount | None:
    if run.paying_account_no is None:
        return None
    return session.get(PayingAccount, (run.campaign_id, run.paying_account_no))


def _payment(campaign: Campaign, payment: RunPayment) -> Payment:
    creditor = Party(payment.holder, payment.iban, payment.bic, payment.siret)
    return Payment(payment.end_to_end_id, Cents(payment.amount_cents), creditor, _purpose(campaign, payment))


def _purpose(campaign: Campaign, payment: RunPayment) -> str:
    return f"PASS numérique {campaign.series}, lot {payment.run_no}, paiement {payment.no}"
