"""Matching: which of our payments a booked line tells of, and what to do with a line that fits none.

Nothing is guessed: a line must name a payment by its end-to-end identifier and agree with its amount.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from voucher_service.settlement.outcomes import Fate


class Doubt(StrEnum):
    """Why a line is left for a person to look at."""

    UNKNOWN = "unknown"
    AMOUNT_DIFFERS = "amount-differs"
    NOT_APPROVED = "not-approved"
    NOT_PAID = "not-paid"
    PAID_ALREADY = "paid-already"
    RETURNED_ALREADY = "returned-already"
    REJECTED_ALREADY = "rejected-already"
    WITHDRAWN = "withdrawn"
    REFERENCE_IS_TAKEN = "reference-is-taken"
    OTHER_ACCOUNT = "other-account"
    MONEY_IS_SHORT = "money-is-short"
    PERHAPS_ENTERED = "perhaps-entered"
    NOTICE_ONLY = "notice-only"


@dataclass(frozen=True, slots=True)
class Booked:
    """A movement as the payer tells it: ``iban`` is the account it was booked on, none for a mandate.

    ``line_no`` is the bank's line that told of it, where a bank did.
    """

    iban: str | None
    reference: str
    end_to_end_id: str | None
    amount_cents: int
    fate: Fate
    booked_on: date
    reason: str | None = None
    line_no: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Known:
    """One of our payments, and the movements that were matched with it before.

    ``net_cents`` is what was ordered to be paid, ``iban`` the account from which it was, None where a public
    accountant pays.
    """

    campaign_id: int
    run_no: int
    no: int
    operator_id: UUID
    net_cents: int
    iban: str | None
    is_approved: bool
    outcomes: dict[Fate, Booked] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matched:
    """A movement that tells of a payment."""

    booked: Booked
    payment: Known


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A movement that is not written down, and why."""

    booked: Booked
    doubt: Doubt


@dataclass(slots=True)
class Matching:
    """What became of a set of movements.

    ``known`` counts those that were written down before; ``again`` are those of them whose line did not say so yet.
    """

    matched: list[Matched] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    again: list[Matched] = field(default_factory=list)
    known: int = 0


def match(
    movements: Iterable[Booked],
    payments: Mapping[str, Known],
    taken: Mapping[tuple[str | None, str], Booked],
) -> Matching:
    """Match movements with ``payments`` (by end-to-end identifier).

    ``taken`` holds what was written down before under each account and reference. Payments are looked at
    before returns, since a bank may list them in any order.
    """
    found, written = Matching(), dict(taken)
    for booked in sorted(movements, key=lambda one: one.fate is not Fate.PAID):
        payment = payments.get(booked.end_to_end_id or "")
        before = written.get((booked.iban, booked.reference)) if booked.iban else None
        if before is None and payment is not None:
            before = payment.outcomes.get(booked.fate)
        doubt = doubt_about(booked, payment, before)
        if payment is not None and before is not None and _same(before, booked):
            found.known += 1
            found.again.append(Matched(booked, payment))
        elif payment is None or doubt:
            found.unmatched.append(Unmatched(booked, doubt or Doubt.UNKNOWN))
        else:
            payment.outcomes[booked.fate] = booked
            written[booked.iban, booked.reference] = booked
            found.matched.append(Matched(booked, payment))
    return found


def _same(before: Booked, booked: Booked) -> bool:
    # A refusal has no line of its own on a statement: the bank may say it again, another day.
    if booked.fate is before.fate is Fate.REJECTED:
        return before.end_to_end_id == booked.end_to_end_id
    return before == replace(booked, reason=before.reason)


def doubt_about(booked: Booked, payment: Known | None, before: Booked | None = None) -> Doubt | None:
    """Say why a movement cannot be written down as this payment's, or None where it can."""
    if payment is None:
        return Doubt.UNKNOWN
    done, fate = payment.outcomes, booked.fate
    rules = {
        Doubt.PAID_ALREADY: fate is not Fate.RETURNED and Fate.PAID in done,
        Doubt.REJECTED_ALREADY: Fate.REJECTED in done,
        Doubt.RETURNED_ALREADY: fate is Fate.RETURNED and Fate.RETURNED in done,
        Doubt.WITHDRAWN: Fate.WITHDRAWN in done,
        Doubt.REFERENCE_IS_TAKEN: before is not None,
        Doubt.AMOUNT_DIFFERS: booked.amount_cents != payment.net_cents,
        Doubt.OTHER_ACCOUNT: booked.iban is not None and booked.iban != payment.iban,
        Doubt.NOT_APPROVED: not payment.is_approved,
        Doubt.NOT_PAID: fate is Fate.RETURNED and Fate.PAID not in done,
    }
    return next((doubt for doubt, applies in rules.items() if applies), None)
