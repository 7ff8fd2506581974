"""Own accounts: whose money is on an account from which venues are paid; one account may serve several campaigns."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import MoneySide
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement.paying_accounts import PayingAccount


@dataclass(eq=False)
class StatementIsOfAnotherAccount(Refusal):
    """This file is of an account from which no campaign here ever paid: choose the file of the campaign's account.

    FR: Ce fichier est celui d'un compte d'où aucune campagne n'a jamais payé ici : choisissez celui de la campagne.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    endings: tuple[str, ...]


def known(session: Session, *, among: Iterable[str], series: str | None = None) -> frozenset[str]:
    """Return which of these IBANs are accounts from which a campaign (or this one) ever paid its venues itself."""
    wanted = (
        select(PayingAccount.iban)
        .join(Campaign, Campaign.id == PayingAccount.campaign_id)
        .where(PayingAccount.iban.in_(sorted(set(among))), Campaign.money_side == MoneySide.BANK)
    )
    if series is not None:
        wanted = wanted.where(Campaign.series == series)
    return frozenset(session.scalars(wanted))


def needed(session: Session, *, among: Iterable[str], series: str | None = None) -> frozenset[str]:
    """Return which of these IBANs are our own accounts.

    Raises ``StatementIsOfAnotherAccount`` where none is.
    """
    told = sorted(set(among))
    own = known(session, among=told, series=series)
    if not own:
        raise StatementIsOfAnotherAccount(tuple(iban[-4:] for iban in told))
    return own


def campaigns_by_iban(session: Session, *, ibans: Iterable[str]) -> dict[str, list[Campaign]]:
    """Return, for each account, the campaigns whose money is on it now: those whose latest account it is."""
    latest = (
        select(PayingAccount.campaign_id, PayingAccount.iban)
        .ext(distinct_on(PayingAccount.campaign_id))
        .order_by(PayingAccount.campaign_id, PayingAccount.no.desc())
        .subquery()
    )
    rows = session.execute(
        select(latest.c.iban, Campaign)
        .join(Campaign, Campaign.id == latest.c.campaign_id)
        .where(latest.c.iban.in_(sorted(set(ibans))), Campaign.money_side == MoneySide.BANK)
        .order_by(Campaign.series)
    )
    found: defaultdict[str, list[Campaign]] = defaultdict(list)
    for iban, campaign in rows:
        found[iban].append(campaign)
    return found


def ever_on(session: Session, *, iban: str) -> list[Campaign]:
    """Return the campaigns that ever paid their venues from an account, also those that pay from another one now."""
    wanted = (
        select(Campaign)
        .where(Campaign.money_side == MoneySide.BANK)
        .where(Campaign.id.in_(select(PayingAccount.campaign_id).where(PayingAccount.iban == iban)))
    )
    return list(session.scalars(wanted.order_by(Campaign.series)))
