"""Confirmation: what the bank booked, or the public accountant paid, is written down once, payment by payment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.terms import MoneySide
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement import paying_accounts, settling
from voucher_service.settlement.bank_statements import Statement
from voucher_service.settlement.matching import Booked, Matching
from voucher_service.settlement.outcomes import Fate


@dataclass(frozen=True, slots=True)
class MandatePaid:
    """A public accountant paid one line of a mandate list."""

    end_to_end_id: str
    mandate_number: str
    amount_cents: int
    paid_on: date


@dataclass(eq=False)
class StatementIsOfAnotherAccount(Refusal):
    """This statement is of an account from which the campaign never paid: choose the campaign's own.

    FR: Ce relevé est celui d'un compte d'où la campagne n'a jamais payé : choisissez le sien.
    """

    kind = Kind.INVALID
    endings: tuple[str, ...]


@dataclass(eq=False)
class MandatesAreNotExpected(Refusal):
    """This campaign pays from its own account: send the bank's statement instead.

    FR: Cette campagne paie depuis son propre compte : envoyez plutôt le relevé de la banque.
    """

    series: str


def confirm(
    session: Session, *, series: str, statements: Sequence[Statement], at: datetime, by: Actor
) -> Matching:
    """Write down what a bank's statements say of the campaign's payments; a statement again changes nothing.

    Lines that tell of none of them are returned with the reason, and nothing is written of them. A file of
    several accounts is read for the campaign's own. Raises ``CampaignIsUnknown``, ``MoneyIsShort``, and
    ``StatementIsOfAnotherAccount`` where no account is the campaign's.
    """
    campaign = campaigns.get(session, series)
    known = paying_accounts.ibans(session, campaign)
    own = [statement for statement in statements if statement.iban in known]
    if not own:
        raise StatementIsOfAnotherAccount(tuple(statement.iban[-4:] for statement in statements))
    movements = [
        Booked(
            iban=statement.iban,
            reference=line.bank_reference,
            end_to_end_id=line.end_to_end_id,
            amount_cents=line.amount_cents,
            fate=Fate.RETURNED if line.is_credit else Fate.PAID,
            booked_on=line.booked_on,
            reason=line.return_reason,
        )
        for statement in own
        for line in statement.lines
    ]
    return settling.settle(session, campaign, movements, at=at, by=by)


def confirm_mandates(
    session: Session, *, series: str, mandates: Iterable[MandatePaid], at: datetime, by: Actor
) -> Matching:
    """Write down which lines of mandate lists a public accountant paid; the same again changes nothing.

    Raises ``CampaignIsUnknown``, ``MandatesAreNotExpected``, ``MoneyIsShort``.
    """
    campaign = campaigns.get(session, series)
    if campaign.money_side is not MoneySide.COMMITMENT:
        raise MandatesAreNotExpected(series)
    movements = [
        Booked(
            iban=None,
            reference=mandate.mandate_number,
            end_to_end_id=mandate.end_to_end_id,
            amount_cents=mandate.amount_cents,
            fate=Fate.PAID,
            booked_on=mandate.paid_on,
        )
        for mandate in mandates
    ]
    return settling.settle(session, campaign, movements, at=at, by=by)
