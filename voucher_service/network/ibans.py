"""IBANs: whether an account can exist and be reached, whose bank it is, and how it is shown to others.

Accounts at the Trésor (``FR76 1007 1…``) and at the Banque de France (``FR76 3000 1…``) are accepted as any
other: a public body has no other account.
"""

from dataclasses import dataclass
from typing import ClassVar

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from voucher_service.kernel.refusal import Kind, Refusal

_FRENCH = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF"})
"""Overseas banks have French IBANs, and BICs of their own territory (EPC409-09)."""


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


def checked(iban: str, bic: str | None) -> tuple[str, str | None]:
    """Return an IBAN and its BIC without their spaces; the BIC is found from the IBAN where it can be.

    Raises ``IbanIsWrong``, ``IbanIsOutsideSepa``, ``BicIsWrong``.
    """
    account = _checked_iban(iban)
    return account.compact, _checked_bic(bic, account)


def masked(iban: str) -> str:
    """Return an IBAN as people other than the payers see it: ``FR76 **** 5432``."""
    return f"{iban[:4]} **** {iban[-4:]}"


def written(iban: str) -> str:
    """Return an IBAN as a RIB writes it, in groups of four: it is read and compared by people."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def bank_of(iban: str) -> str | None:
    """Name the bank of a checked IBAN, where the register of banks knows it."""
    names: list[str] = [name for name in (IBAN(iban).bank_name,) if name]
    return names[0] if names else None


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
