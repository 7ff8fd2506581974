"""Resolving: a person says what a movement was; once, with a reason, and the books follow.

A movement is a payment of ours (or one that came back), the one debit for a whole payment file, a funder's money,
something that we entered by hand before, a charge of the bank, a charge that was put back, or money moved between
this account and another of its keeper. What is none of these is not the campaign's: money that came in waits in
suspense for its sender, money that went out is a claim on the account's keeper, like a charge.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, deposits
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement import settling
from voucher_service.settlement.bank import (
    charges,
    lines,
    naming,
    own_accounts,
    own_entries,
    own_payments,
    own_transfers,
    payment_files,
    resolutions,
    retelling,
    understanding,
)
from voucher_service.settlement.bank.lines import BankLine
from voucher_service.settlement.bank.own_transfers import TransferHasNoReason
from voucher_service.settlement.bank.resolutions import BankResolution, Meaning, Meant
from voucher_service.settlement.matching import Doubt


@dataclass(eq=False)
class LineDoesNotFit(Refusal):
    """This movement cannot be that payment, for the reason given: choose another, or say what else it was.

    FR: Ce mouvement ne peut pas être ce paiement, pour la raison indiquée : choisissez-en un autre, ou dites autrement.
    """

    reference: str
    doubt: Doubt


@dataclass(eq=False)
class NothingWasEntered(Refusal):
    """Nothing of this reference, amount and direction was entered and not told by the bank yet: check the reference.

    FR: Rien de cette référence, de ce montant et de ce sens n'a été saisi en attente du relevé : vérifiez la référence.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    reference: str
    amount_cents: int


@dataclass(eq=False)
class LineGoesTheOtherWay(Refusal):
    """A deposit comes in and a charge goes out: this movement goes the other way, say what else it was.

    FR: Un versement entre et des frais sortent : ce mouvement va dans l'autre sens, dites ce qu'il était.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    line: int


@dataclass(eq=False)
class AccountIsNotTheirs(Refusal):
    """This campaign's money is not on this account: choose one of the campaigns that pay from it.

    FR: L'argent de cette campagne n'est pas sur ce compte : choisissez une campagne qui paie depuis ce compte.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    series: str


def resolve(
    session: Session,
    *,
    line: int,
    meaning: Meaning,
    series: str,
    reference: str | None = None,
    funder: str | None = None,
    note: str | None = None,
    at: datetime,
    by: Actor,
) -> BankResolution:
    """Say what a movement was, and write into the books what that means.

    ``reference`` names the payment, or what was entered by hand; ``funder`` whose deposit it is. Raises
    ``BankLineIsUnknown``, ``CampaignIsUnknown``, ``LineIsExplained``, ``AccountIsNotTheirs``, ``LineDoesNotFit``,
    ``LineGoesTheOtherWay``, ``NothingWasEntered``, ``FunderIsUnknown``, ``DepositDiffers``, ``MoneyIsShort``,
    ``LessIsOwed``, ``TransferHasNoReason``.
    """
    movement, campaign = lines.get(session, line=line), campaigns.get(session, series)
    resolutions.refuse_if_explained(session, movement)
    if campaign.id not in {owner.id for owner in _owners(session, movement, meaning)}:
        raise AccountIsNotTheirs(series)
    said = _Said(session, movement, campaign, reference, funder, note, at, by)
    meant = _MEANINGS[meaning](said)
    resolutions.write(session, [meant], at=at, by=by, is_automatic=False)
    return session.get_one(BankResolution, movement.no)


@dataclass(frozen=True, slots=True)
class _Said:
    session: Session
    line: BankLine
    campaign: Campaign
    reference: str | None
    funder: str | None
    note: str | None
    at: datetime
    by: Actor


def _owners(session: Session, line: BankLine, meaning: Meaning) -> list[Campaign]:
    if meaning is Meaning.OWN_TRANSFER:
        # The account that a campaign left is emptied into the one from which it pays now.
        return own_accounts.ever_on(session, iban=line.iban)
    return own_accounts.campaigns_by_iban(session, ibans=[line.iban]).get(line.iban, [])


def _payment(said: _Said) -> Meant:
    name = said.reference or said.line.end_to_end_id or ""
    booked = naming.booked(said.line, name)
    found, entries = settling.settle(said.session, [booked], campaign=said.campaign, at=said.at, by=said.by)
    if not found.matched:
        doubt = found.unmatched[0].doubt if found.unmatched else Doubt.PAID_ALREADY
        raise LineDoesNotFit(name, doubt)
    own_payments.hold_returned(said.session, found.matched, at=said.at)
    return own_payments.paid(found.matched[0], entries[said.line.no], said.note)


def _file(said: _Said) -> Meant:
    """The movement is one debit for all payments of the file that ``reference`` names."""
    if said.line.is_credit:
        raise LineGoesTheOtherWay(said.line.no)
    file = payment_files.open_one(said.session, said.line, said.reference or "")
    told = own_payments.explain(said.session, [said.line], named={}, files=[file], at=said.at, by=said.by)
    if not told.meant:
        raise LineDoesNotFit(file.reference, told.doubts[said.line.no])
    if told.meant[0].campaign_id != said.campaign.id:
        raise AccountIsNotTheirs(said.campaign.series)
    return replace(told.meant[0], note=said.note)


def _told_again(said: _Said) -> Meant:
    name = said.reference or said.line.end_to_end_id or ""
    for one in retelling.told_again(said.session, [(said.line, name)]):
        return replace(one, note=said.note)
    raise LineDoesNotFit(name, Doubt.UNKNOWN)


def _deposit(said: _Said) -> Meant:
    if said.reference is not None:
        return _entered(said)
    if not said.line.is_credit or said.funder is None:
        raise LineGoesTheOtherWay(said.line.no)
    return understanding.received(
        said.session,
        said.line,
        series=said.campaign.series,
        funder=said.funder,
        note=said.note,
        at=said.at,
        by=said.by,
    )


def _entered(said: _Said) -> Meant:
    waiting = own_entries.not_told(
        said.session, campaigns=[said.campaign.id], amounts=[said.line.amount_cents]
    )
    for one in waiting:
        if one.reference == said.reference and one.fits(said.line):
            return understanding.linked(said.line, one, said.note)
    raise NothingWasEntered(said.reference or "", said.line.amount_cents)


def _charge(said: _Said, meaning: Meaning = Meaning.CHARGE) -> Meant:
    if said.line.is_credit:
        raise LineGoesTheOtherWay(said.line.no)
    entry_no = charges.take(
        said.session, said.campaign, [said.line], booked_on=said.line.booked_on, by=said.by
    )
    if entry_no is None:
        deposits.refuse_if_not_covered(
            said.session, campaign=said.campaign, amount_cents=said.line.amount_cents
        )
    return Meant(said.line.no, meaning, said.campaign.id, entry_no or 0, note=said.note)


def _put_back(said: _Said) -> Meant:
    if not said.line.is_credit:
        raise LineGoesTheOtherWay(said.line.no)
    entry_no = charges.put_back(said.session, said.campaign, said.line, by=said.by)
    return Meant(said.line.no, Meaning.CHARGE_REPAID, said.campaign.id, entry_no, note=said.note)


def _own_transfer(said: _Said) -> Meant:
    if not (said.note or "").strip():
        raise TransferHasNoReason(said.line.no)
    entry_no = own_transfers.move(said.session, said.campaign, said.line, by=said.by)
    return Meant(said.line.no, Meaning.OWN_TRANSFER, said.campaign.id, entry_no, note=said.note)


def _not_ours(said: _Said) -> Meant:
    if not said.line.is_credit:
        return _charge(said, Meaning.NOT_OURS)
    return understanding.received(
        said.session,
        said.line,
        series=said.campaign.series,
        funder=None,
        meaning=Meaning.NOT_OURS,
        note=said.note,
        at=said.at,
        by=said.by,
    )


_MEANINGS = {
    Meaning.PAYMENT: _payment,
    Meaning.FILE: _file,
    Meaning.TOLD_AGAIN: _told_again,
    Meaning.RETURN: _payment,
    Meaning.DEPOSIT: _deposit,
    Meaning.REPAYMENT: _entered,
    Meaning.REFUND: _entered,
    Meaning.CHARGE: _charge,
    Meaning.CHARGE_REPAID: _put_back,
    Meaning.OWN_TRANSFER: _own_transfer,
    Meaning.NOT_OURS: _not_ours,
}
