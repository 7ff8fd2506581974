"""Confirmations: how it is said which payments a statement told of, and which of its lines nobody understood."""

from dataclasses import asdict
from typing import Any

from voucher_service.api.wire import Cents, Choice, Day, Many, Text, Whole, Wire
from voucher_service.settlement.matching import Booked, Doubt, Matching
from voucher_service.settlement.outcomes import Fate

_MOST_LINES = 100_000


class LineMatched(Wire):
    """A line that tells of a payment."""

    reference = Text(required=True)
    end_to_end_id = Text(required=True, allow_none=True)
    fate = Choice(Fate, required=True)
    amount_cents = Cents(least=0, required=True)
    booked_on = Day(required=True)


class LineUnmatched(LineMatched):
    """A line that is left to a person, and why; nothing was written of it."""

    doubt = Choice(Doubt, required=True)


class PaymentsConfirmed(Wire):
    """What was understood: new lines, how many were ``known`` before, and those that fit no payment."""

    matched = Many(LineMatched, most=_MOST_LINES, required=True)
    known = Whole(required=True)
    unmatched = Many(LineUnmatched, most=_MOST_LINES, required=True)


def shown(found: Matching) -> dict[str, Any]:
    """Return what a confirmation found, as it is answered."""
    return {
        "matched": [_line(one.booked) for one in found.matched],
        "known": found.known,
        "unmatched": [_line(one.booked) | {"doubt": one.doubt} for one in found.unmatched],
    }


def _line(booked: Booked) -> dict[str, Any]:
    return asdict(booked)
