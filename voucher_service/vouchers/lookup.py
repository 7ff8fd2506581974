"""Look-up: a pile of papers is sorted before anything is spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from voucher_service.kernel.refusal import Refusal
from voucher_service.vouchers import objections, presentation, refused_codes, spent
from voucher_service.vouchers.objections import VoucherIsNotYoursToTake
from voucher_service.vouchers.presentation import CodeIsUnknown, Occasion
from voucher_service.vouchers.refused_codes import Counter
from voucher_service.vouchers.training import TrainingCode

LARGEST_PILE = 200


class Sorted(StrEnum):
    """Which heap a paper goes to."""

    GOOD = "good"
    USED = "used"
    NOT_ACTIVE = "not-active"
    NOT_YOURS = "not-yours-to-take"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
    TRAINING = "training"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Looked:
    """What one code of a pile turned out to be."""

    outcome: Sorted
    reason: Refusal | None = None
    series: str | None = None
    serial: str | None = None
    face_cents: int | None = None
    use_until: date | None = None


def look_up(
    session: Session, *, codes: Sequence[bytes | Refusal], on: Occasion, counter: Counter
) -> list[Looked]:
    """Say of each code what would become of it, without spending anything; refused codes are remembered.

    Raises ``TooManyUnknownCodes`` or ``VenueIsNotYours``.
    """
    readable = list(dict.fromkeys(code for code in codes if isinstance(code, bytes)))
    shown = presentation.show(session, codes=readable, on=on, counter=counter)
    papers = dict(zip(readable, shown.papers, strict=True))
    looked, turned = [], []
    for code in codes:
        paper = papers[code] if isinstance(code, bytes) else code
        reason = paper if isinstance(paper, Refusal) else objections.find(session, paper, on)
        if reason is not None:
            turned.append(presentation.turned(paper, reason))
        looked.append(_sorted(paper, reason))
    refused_codes.remember(session, counter=counter, turned=turned)
    return looked


_HEAPS: dict[type[Refusal], Sorted] = {
    spent.VoucherIsSpent: Sorted.USED,
    spent.VoucherIsNotActive: Sorted.NOT_ACTIVE,
    VoucherIsNotYoursToTake: Sorted.NOT_YOURS,
    CodeIsUnknown: Sorted.UNKNOWN,
    TrainingCode: Sorted.TRAINING,
}


def refused(reason: Refusal, otherwise: Sorted = Sorted.UNREADABLE) -> Looked:
    """Put on its heap a paper of which nothing may be told but why it is refused."""
    return Looked(_HEAPS.get(type(reason), otherwise), reason)


def _sorted(paper: presentation.Paper | Refusal, reason: Refusal | None) -> Looked:
    if isinstance(paper, Refusal):
        return refused(paper)
    if reason is None:
        return Looked(
            Sorted.GOOD,
            series=paper["series"],
            serial=paper["serial"],
            face_cents=paper["face_cents"],
            use_until=paper["use_until"],
        )
    # What another network's voucher is worth is nobody's business here.
    heap = _HEAPS.get(type(reason), Sorted.REFUSED)
    known = {} if heap is Sorted.NOT_YOURS else {"series": paper["series"], "serial": paper["serial"]}
    return Looked(heap, reason, **known)
