"""Bank details: where a venue operator is paid. Each is a fact; the latest stands.

Accounts at the Trésor (``FR76 1007 1…``) and at the Banque de France (``FR76 3000 1…``) are accepted as any
other: a public body has no other account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException
from sqlalchemy import ForeignKey, Identity, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import duties
from voucher_service.identity.naming import clean_name
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import operators

_FRENCH = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF"})
"""Overseas banks have French IBANs, and BICs of their own territory (EPC409-09)."""


class BankDetails(Base):
    """An operator's account as it was given, by whom and when; ``bic`` may be unknown."""

    __tablename__ = "bank_details"
    __table_args__ = (Index(None, "operator_id", "id"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("venue_operator.organisation_id"))
    iban: Mapped[Code]
    bic: Mapped[Code | None]
    holder: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]

    @property
    def masked_iban(self) -> str:
        """The IBAN as people other than the payers see it: ``FR76 **** 5432``."""
        return f"{self.iban[:4]} **** {self.iban[-4:]}"


@dataclass(eq=False)
class IbanIsWrong(Refusal):
    """The IBAN is mistyped: its characters do not agree with each other. Copy it again from the RIB.

    FR: L'IBAN comporte une erreur : recopiez-le d'après le RIB.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class IbanIsOutsideSepa(Refusal):
    """This account is in a country that SEPA transfers do not reach: give another account.

    FR: Ce compte est dans un pays hors de la zone SEPA : indiquez un autre compte.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    country: str


@dataclass(eq=False)
class BicIsWrong(Refusal):
    """The BIC is mistyped, or belongs to another country than the IBAN: copy it again from the RIB.

    FR: Le BIC comporte une erreur ou n'est pas du même pays que l'IBAN : recopiez-le d'après le RIB.
    """

    kind: ClassVar[Kind] = Kind.INVALID


def record(
    session: Session,
    *,
    operator_id: UUID,
    iban: str,
    holder: str,
    bic: str | None = None,
    at: datetime,
    by: Actor,
) -> BankDetails:
    """Write down where an operator is paid; its own people or the scheme's may. The BIC may be left out.

    Raises ``DutyIsNotYours``, ``OperatorIsUnknown``, ``IbanIsWrong``, ``IbanIsOutsideSepa``, ``BicIsWrong``,
    ``NameIsMalformed``.
    """
    duties.require(Role.OPERATOR, Role.FINANCE, Role.VENUE, duty="record-bank-details", by=by, at=at)
    operator = operators.own(session, operator_id=operator_id, by=by)
    known_iban, known_bic = checked(iban, bic)
    details = BankDetails(
        operator_id=operator.organisation_id,
        iban=known_iban,
        bic=known_bic,
        holder=clean_name(holder),
        recorded_at=at,
        recorded_by=by.user_id,
    )
    session.add(details)
    session.flush()
    return details


def checked(iban: str, bic: str | None) -> tuple[str, str | None]:
    """Return an IBAN and its BIC without their spaces; the BIC is found from the IBAN where it can be.

    Raises ``IbanIsWrong``, ``IbanIsOutsideSepa``, ``BicIsWrong``.
    """
    account = _checked_iban(iban)
    return account.compact, _checked_bic(bic, account)


def current(session: Session, *, operator_id: UUID) -> BankDetails | None:
    """Return the operator's account as last given, if one was."""
    latest = select(BankDetails).where(BankDetails.operator_id == operator_id).order_by(BankDetails.id.desc())
    return session.scalars(latest.limit(1)).one_or_none()


def search(
    session: Session,
    *,
    operator_id: UUID | None = None,
    by: Actor,
    after: int | None = None,
    limit: int = 50,
) -> Sequence[BankDetails]:
    """List the accounts that were given, the newest first: to an operator's people their own, to others all.

    Raises ``OperatorIsUnknown``.
    """
    wanted = select(BankDetails)
    if operator_id is not None:
        operator = operators.own(session, operator_id=operator_id, by=by)
        wanted = wanted.where(BankDetails.operator_id == operator.organisation_id)
    elif by.role is Role.VENUE:
        wanted = wanted.where(BankDetails.operator_id == by.organisation_id)
    newest = keyset.page(wanted, BankDetails.id, after=after, limit=limit, newest_first=True)
    return session.scalars(newest).all()


def _checked_iban(written: str) -> IBAN:
    try:
        account = IBAN(written)
    except SchwiftyException as error:
        raise IbanIsWrong from error
    if not account.in_sepa_zone:
        raise IbanIsOutsideSepa(account.country_code)
    return account


def _checked_bic(written: str | None, account: IBAN) -> str | None:
    if not written:
        return account.bic.compact if account.bic else None
    try:
        bic = BIC(written)
    except SchwiftyException as error:
        raise BicIsWrong from error
    banks_of = _FRENCH if account.country_code == "FR" else {account.country_code}
    if bic.country_code not in banks_of:
        raise BicIsWrong
    return bic.compact
