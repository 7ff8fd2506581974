"""Own payments: the movements that are payments of ours, one by one or a whole file at once, or their return."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from voucher_service.kernel.actor import SYSTEM, Actor
from voucher_service.network import holds
from voucher_service.network.holds import Cause
from voucher_service.settlement import runs, settling
from voucher_service.settlement.bank import naming, payment_files, retelling
from voucher_service.settlement.bank.lines import BankLine
from voucher_service.settlement.bank.payment_files import FileDebit, Opened
from voucher_service.settlement.bank.resolutions import Meaning, Meant
from voucher_service.settlement.matching import Doubt, Matched, Matching
from voucher_service.settlement.outcomes import Fate


@dataclass(slots=True)
class Told:
    """What movements said of our payments: what became of each, what each line meant, and what is doubtful."""

    matching: Matching = field(default_factory=Matching)
    meant: list[Meant] = field(default_factory=list)
    doubts: dict[int, Doubt] = field(default_factory=dict)


def explain(
    session: Session,
    lines: Sequence[BankLine],
    *,
    named: dict[int, str],
    files: Sequence[Opened] = (),
    at: datetime,
    by: Actor,
) -> Told:
    """Post what the lines say that name a payment (``named``), or that are the debit of a whole file."""
    found = Told()
    mine = [line for line in lines if line.no in named]
    wholes = _whole_files(session, mine, named, files, found)
    # A file is looked at before what details it: both tell of the same money.
    movements = [movement for debit in wholes for movement in debit.movements]
    movements += [naming.booked(line, named[line.no]) for line in mine]
    found.matching, entries = settling.settle(session, movements, at=at, by=by)
    _write(session, wholes, found, entries)
    found.doubts |= {left.booked.line_no or 0: left.doubt for left in found.matching.unmatched}
    _leave_out_what_is_told_again(session, mine, named, files, found)
    hold_returned(session, found.matching.matched, at=at)
    return found


def paid(matched: Matched, entry_no: int, note: str | None = None) -> Meant:
    """Say that a movement is one of our payments, leaving or coming back."""
    booked = matched.booked
    meaning = Meaning.PAYMENT if booked.fate is Fate.PAID else Meaning.RETURN
    return Meant(
        booked.line_no or 0,
        meaning,
        matched.payment.campaign_id,
        entry_no,
        reference=booked.end_to_end_id,
        note=note,
    )


def hold_returned(session: Session, matched: Iterable[Matched], *, at: datetime) -> None:
    """Hold each operator whose payment came back, until its bank details are new or a person lifts it."""
    returned = [one for one in matched if one.booked.fate is not Fate.PAID]
    for operator_id, one in {one.payment.operator_id: one for one in returned}.items():
        standing = holds.open_of(session, operator_id=operator_id)
        if all(hold.cause is not Cause.RETURNED_PAYMENT for hold in standing):
            said = [one.booked.end_to_end_id or "", one.booked.reason or ""]
            holds.place(
                session,
                operator_id=operator_id,
                cause=Cause.RETURNED_PAYMENT,
                note=" ".join(filter(None, said)),
                at=at,
                by=SYSTEM,
            )


def _whole_files(
    session: Session, mine: Sequence[BankLine], named: dict[int, str], files: Sequence[Opened], found: Told
) -> list[FileDebit]:
    # What a file holds is read once nobody can refuse or withdraw a payment of it meanwhile.
    runs.hold_paying(session, {*named.values(), *(name for one in files for name in one.ordered)})
    waiting = [(named[line.no], line.no) for line in mine if not line.is_credit]
    debits = payment_files.debits(session, files, named=waiting)
    found.doubts |= {debit.line.no: debit.doubt for debit in debits if debit.doubt}
    return [debit for debit in debits if debit.doubt is None]


def _write(session: Session, wholes: Sequence[FileDebit], found: Told, entries: dict[int, int]) -> None:
    found.meant += payment_files.keep(session, wholes, entries)
    in_files = {None, *(debit.line.no for debit in wholes)}
    singles = [one for one in found.matching.matched if one.booked.line_no not in in_files]
    found.meant += [paid(one, entries[one.booked.line_no or 0]) for one in singles]
    again = {one.booked.line_no: one for one in found.matching.again if one.booked.line_no}
    known = settling.entries_of(session, again.values())
    found.meant += [paid(one, known[no]) for no, one in again.items()]


def _leave_out_what_is_told_again(
    session: Session, mine: Sequence[BankLine], named: dict[int, str], files: Sequence[Opened], found: Told
) -> None:
    names = [(line, named[line.no]) for line in mine] + [(one.line, one.reference) for one in files]
    doubtful = [(line, name) for line, name in names if found.doubts.get(line.no) is Doubt.PAID_ALREADY]
    again = retelling.told_again(session, doubtful)
    found.meant += again
    for one in again:
        del found.doubts[one.line_no]
