"""Rehearsal: what a counter answers to the training codes; nothing is read, nothing is written.

The answers are those of a real counter, refusals included, so that staff learn what to tell the person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.vouchers import code, lookup, objections, presentation, spent, training
from voucher_service.vouchers.lookup import Looked

FACE_CENTS = 1_000
"""The face of a training voucher: 10 €."""
_SERIES = "ESSAI"
_DAYS_GOOD = 90


@dataclass(eq=False)
class NotATrainingCode(Refusal):
    """This page takes training codes only: take a real voucher at the counter.

    FR: Cette page n'accepte que les codes d'entraînement : encaissez un vrai pass sur la page « Encaisser ».
    """

    kind = Kind.INVALID


@dataclass(frozen=True, slots=True)
class Exercise:
    """One training code, and how the counter answers it."""

    code: str
    answer: Looked


def exercises(today: date) -> list[Exercise]:
    """Return the family with the answer of each: three are good, seven are refused, each for another reason."""
    return [
        Exercise(code.grouped(letters), _answer(place, today)) for place, letters in enumerate(training.CODES)
    ]


def look_up(codes: Sequence[str], *, today: date) -> list[Looked]:
    """Answer codes as they were typed, as a counter would if they were vouchers."""
    return [_looked(typed, today) for typed in codes]


def _looked(typed: str, today: date) -> Looked:
    try:
        letters = code.read(typed)
    except Refusal as refusal:
        return lookup.refused(refusal)
    if not training.is_training(letters):
        return lookup.refused(NotATrainingCode())
    return _answer(training.CODES.index(letters), today)


def _answer(place: int, today: date) -> Looked:
    serial = f"{_SERIES}-{place + 1:02d}"
    if place < _GOOD:
        return Looked(
            lookup.Sorted.GOOD,
            series=_SERIES,
            serial=serial,
            face_cents=FACE_CENTS,
            use_until=today + timedelta(days=_DAYS_GOOD),
        )
    return lookup.refused(_REFUSALS[place - _GOOD](serial, today), lookup.Sorted.REFUSED)


_REFUSALS: tuple[Callable[[str, date], Refusal], ...] = (
    lambda serial, today: spent.VoucherIsSpent(serial, today - timedelta(days=3)),
    lambda serial, today: spent.VoucherIsExpired(
        serial, today - timedelta(days=60), today - timedelta(days=30)
    ),
    lambda serial, _today: spent.VoucherIsVoid(serial),
    lambda serial, _today: spent.VoucherIsReplaced(serial),
    lambda serial, _today: spent.VoucherIsNotActive(serial),
    lambda serial, _today: objections.BookletIsNotHandedOver(serial),
    lambda _serial, _today: presentation.CodeIsUnknown(),
)
_GOOD = len(training.CODES) - len(_REFUSALS)
