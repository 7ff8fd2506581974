"""Terms: the rules of a campaign, as its convention and its délibération state them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from voucher_service.kernel.refusal import Kind, Refusal

_FACES_CENTS = range(100, 100_001)
_LATE_ENTRY_DAYS = range(401)
_PAYMENT_DAYS = range(366)
_BOOKLETS_PER_PERSON = range(1, 101)
_VOUCHERS_PER_VISIT = range(1, 21)
_LEAST_PAYMENTS_CENTS = range(1, 100_001)
_SERIES = re.compile(r"[A-Z]{2,6}[0-9]?-20[0-9]{2}")


class LegalBasis(StrEnum):
    """Under which act public money is handled (DGFiP-ANCT note; L.1611-7 CGCT; R.1617-1 CGCT)."""

    MARCHE = "marche"
    CONVENTION_DE_MANDAT = "convention-de-mandat"
    REGIE = "regie"


class MoneySide(StrEnum):
    """Whose money answers for the vouchers: an account of the campaign's own, or a public accountant's credits."""

    BANK = "bank"
    COMMITMENT = "commitment"


class DueOn(StrEnum):
    """What a funder's share is due on: vouchers bought, or vouchers used."""

    BOUGHT = "bought"
    USED = "used"


class StateFunded(StrEnum):
    """What the campaign allows when a State-funded conseiller numérique delivers the service."""

    REFUSED = "refused"
    WITH_DEROGATION = "with-derogation"


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One funder's parts in the campaign's keys: integers of any scale (50 and 50, or 1 and 1)."""

    funder: str
    advanced_parts: int
    borne_parts: int
    due_on: DueOn


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a campaign, as its convention and délibération state them.

    Each limit is None where there is none. ``booklets_per_person``: the published practice is one carnet each.
    ``vouchers_per_visit``: of one person, at one venue, on one day of service (« un atelier = un pass »).
    ``ceiling_cents``: the face value that may be produced in all, as the order, the framework agreement's maximum
    or the call for projects has it. ``minimum_payment_cents``: a venue that earned less waits for a later run.
    ``third_approval_cents``: from this total on, two persons approve a run beside the one who froze it.
    """

    name: str
    legal_basis: LegalBasis
    legal_reference: str
    deliberation: str
    decided_on: date
    money_side: MoneySide
    use_from: date
    use_until: date
    present_until: date
    face_cents: int = 1000
    booklet_size: int = 10
    late_entry_days: int = 31
    handover_required: bool = False
    state_funded: StateFunded = StateFunded.REFUSED
    services: Sequence[str] = ()
    territory: Sequence[str] = ()
    payment_days: int = 30
    booklets_per_person: int | None = None
    vouchers_per_visit: int | None = None
    ceiling_cents: int | None = None
    minimum_payment_cents: int | None = None
    third_approval_cents: int | None = None


@dataclass(eq=False)
class TermsAreInconsistent(Refusal):
    """These terms contradict each other: correct the field that is named.

    FR: Ces conditions se contredisent : corrigez le champ indiqué.
    """

    kind = Kind.INVALID
    field: str


def refuse_inconsistent(series: str, terms: Terms, key: Sequence[KeyPart]) -> None:
    """Raise ``TermsAreInconsistent`` naming the first field that contradicts another, or the product's bounds."""
    refuse_inconsistent_rules(terms)
    rules = {
        "series": bool(_SERIES.fullmatch(series)),
        "face_cents": terms.face_cents in _FACES_CENTS,
        "booklet_size": terms.booklet_size in (5, 10),
        "key": len({part.funder for part in key}) == len(key) > 0
        and all(min(part.advanced_parts, part.borne_parts) >= 0 for part in key)
        and all(part.advanced_parts + part.borne_parts > 0 for part in key),
        "advanced_parts": sum(part.advanced_parts for part in key) > 0,
        "borne_parts": sum(part.borne_parts for part in key) > 0,
    }
    for field, holds in rules.items():
        if not holds:
            raise TermsAreInconsistent(field)


def refuse_inconsistent_rules(terms: Terms) -> None:
    """Raise ``TermsAreInconsistent`` where dates do not follow each other, or a delay or a limit is out of bounds."""
    rules = {
        "use_until": terms.use_from <= terms.use_until,
        "present_until": terms.use_until <= terms.present_until,
        "late_entry_days": terms.late_entry_days in _LATE_ENTRY_DAYS,
        "payment_days": terms.payment_days in _PAYMENT_DAYS,
        "booklets_per_person": terms.booklets_per_person in (None, *_BOOKLETS_PER_PERSON),
        "vouchers_per_visit": terms.vouchers_per_visit in (None, *_VOUCHERS_PER_VISIT),
        "ceiling_cents": terms.ceiling_cents is None
        or terms.ceiling_cents >= terms.booklet_size * terms.face_cents,
        "minimum_payment_cents": terms.minimum_payment_cents is None
        or terms.minimum_payment_cents in _LEAST_PAYMENTS_CENTS,
        "third_approval_cents": terms.third_approval_cents is None or terms.third_approval_cents > 0,
    }
    for field, holds in rules.items():
        if not holds:
            raise TermsAreInconsistent(field)
