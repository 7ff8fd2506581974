"""Payment files: one debit for all the payments of a file, as most banks book it unless they are asked otherwise.

Such a debit names the file (``PmtInfId``, ``MsgId``) and nobody in it. It means that every payment of that file was
paid which the bank did not refuse and which no statement tells by itself, and it must be their sum to the cent. What
details it, before or after (a notice), tells of the same money: one of the two is counted.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base
from voucher_service.settlement import exports, settling
from voucher_service.settlement.bank.lines import BankLine, vouched
from voucher_service.settlement.bank.resolutions import Meaning, Meant
from voucher_service.settlement.exports import Form, RunFile
from voucher_service.settlement.matching import Booked, Doubt, Known
from voucher_service.settlement.outcomes import Fate, PaymentOutcome

_NAMES = re.compile(r"[A-Z]{2,6}[0-9]?-20[0-9]{2}-R[0-9]{1,9}(?:-[A-Z0-9]{1,9})*")
_NEVER_LEFT = (Fate.REJECTED, Fate.WITHDRAWN)
# What is written of payments beside their outcomes: the debit of a file that stands for them, and their own line.
_TOLD = text("""
SELECT payment.end_to_end_id AS name, covered.line_no AS file_line, own.line_no AS own_line
FROM run_payment AS payment
LEFT JOIN bank_file_payment AS covered
       ON covered.campaign_id = payment.campaign_id AND covered.run_no = payment.run_no
      AND covered.payment_no = payment.no
LEFT JOIN bank_resolution AS own
       ON own.campaign_id = payment.campaign_id AND own.reference = payment.end_to_end_id AND own.meaning = 'payment'
WHERE payment.end_to_end_id = ANY(CAST(:names AS text[]))""")


class BankFilePayment(Base):
    """A payment that the debit of a whole file stands for; ``was_told`` where a line of its own had told it before."""

    __tablename__ = "bank_file_payment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "run_no", "payment_no"],
            ["run_payment.campaign_id", "run_payment.run_no", "run_payment.no"],
        ),
        ForeignKeyConstraint(["line_no"], ["bank_line.no"]),
        Index(None, "line_no"),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payment_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line_no: Mapped[int]
    was_told: Mapped[bool]


@dataclass(frozen=True, slots=True)
class Opened:
    """A debit that names a file of ours, and the payments that the file ordered."""

    line: BankLine
    reference: str
    ordered: Sequence[str]


@dataclass(frozen=True, slots=True)
class FileDebit:
    """A debit for a whole file: the payments that it stands for by their names, or the ``doubt`` about it."""

    line: BankLine
    reference: str
    payments: Mapping[str, Known]
    doubt: Doubt | None

    @property
    def movements(self) -> list[Booked]:
        """The payments that are told for the first time, as movements of their own."""
        return [
            Booked(
                iban=self.line.iban,
                reference=f"{self.line.reference}/{name}",
                end_to_end_id=name,
                amount_cents=known.net_cents,
                fate=Fate.PAID,
                booked_on=self.line.booked_on,
                line_no=self.line.no,
            )
            for name, known in self.payments.items()
            if Fate.PAID not in known.outcomes
        ]


@dataclass(frozen=True, slots=True)
class _Told:
    # By payment: the debit of a file that stands for it already, and its own lines; which lines a statement tells.
    files: Collection[str]
    own: Mapping[str, Collection[int]]
    vouched: Collection[int]

    def is_apart(self, name: str) -> bool:
        return any(line in self.vouched for line in self.own.get(name, ()))


def opened(session: Session, lines: Iterable[BankLine], *, besides: Collection[int] = ()) -> list[Opened]:
    """Return the debits that name one file of ours, and what it ordered; ``besides`` name a payment each."""
    said = [(line, _said(line)) for line in lines if not line.is_credit and line.no not in besides]
    names = sorted({name for _, known in said for name in known})
    if not names:
        return []
    ours = select(RunFile.reference).where(RunFile.reference.in_(names), RunFile.form == Form.PAYMENT_ORDER)
    known = set(session.scalars(ours))
    return [open_one(session, line, *(known & found)) for line, found in said if len(known & found) == 1]


def open_one(session: Session, line: BankLine, reference: str) -> Opened:
    """Set a debit beside the file of this reference; a file that we never sent orders nothing."""
    return Opened(line, reference, exports.ordered(session, reference=reference))


def newest(session: Session, *, campaigns: Collection[int], limit: int) -> Sequence[str]:
    """Return the names of the latest files that these campaigns sent to the bank."""
    sent = select(RunFile.reference).where(
        RunFile.campaign_id.in_(campaigns), RunFile.form == Form.PAYMENT_ORDER
    )
    return session.scalars(sent.order_by(RunFile.at.desc(), RunFile.no.desc()).limit(limit)).all()


def debits(
    session: Session, some: Sequence[Opened], *, named: Iterable[tuple[str, int]] = ()
) -> list[FileDebit]:
    """Say which payments each of these debits stands for, or why that is doubtful.

    ``named`` are the payments that other lines name which wait beside these, and those lines.
    """
    if not some:
        return []
    names = {name for one in some for name in one.ordered}
    known = settling.known(session, names)
    told = _told(session, names, [one.line.no for one in some], named)
    taken, found = set(told.files), []
    for one in some:
        debit = _debit(one, known, told, taken)
        taken |= set(debit.payments) if debit.doubt is None else set()
        found.append(debit)
    return found


def keep(session: Session, some: Iterable[FileDebit], entries: Mapping[int, int]) -> list[Meant]:
    """Write down which payments these debits stand for, and say what each meant.

    ``entries`` holds the entry that each line led to; one that led to none, and told anything new, is left out.
    """
    rows: list[dict[str, Any]] = []
    meant: list[Meant] = []
    for debit in some:
        entry_no = entries.get(debit.line.no)
        if entry_no is None and debit.movements:
            continue
        rows += _rows(debit)
        first = next(iter(debit.payments.values()))
        known_no = entry_no if entry_no is not None else _entry_of(session, first)
        meant.append(Meant(debit.line.no, Meaning.FILE, first.campaign_id, known_no, debit.reference))
    if rows:
        session.execute(insert(BankFilePayment), rows)
    return meant


def _said(line: BankLine) -> set[str]:
    words = _NAMES.findall(f"{line.remittance or ''} {line.reference}".upper())
    return {*words, *(line.payment_file or "").split(), line.end_to_end_id or ""}


def _debit(one: Opened, known: Mapping[str, Known], told: _Told, taken: Collection[str]) -> FileDebit:
    line = one.line
    ours = {name: known[name] for name in one.ordered if name in known}
    sent = {name: payment for name, payment in ours.items() if not payment.outcomes.keys() & _NEVER_LEFT}
    left = {
        name: payment
        for name, payment in sent.items()
        if name not in taken and not (line.no in told.vouched and told.is_apart(name))
    }
    rules = {
        Doubt.UNKNOWN: not ours,
        Doubt.REJECTED_ALREADY: not sent,
        Doubt.PAID_ALREADY: not left,
        Doubt.AMOUNT_DIFFERS: line.amount_cents != sum(payment.net_cents for payment in left.values()),
        Doubt.OTHER_ACCOUNT: any(payment.iban != line.iban for payment in left.values()),
        Doubt.NOT_APPROVED: not all(payment.is_approved for payment in left.values()),
    }
    return FileDebit(
        line, one.reference, left, next((doubt for doubt, holds in rules.items() if holds), None)
    )


def _told(
    session: Session, names: Iterable[str], lines: Iterable[int], named: Iterable[tuple[str, int]]
) -> _Told:
    own: defaultdict[str, set[int]] = defaultdict(set)
    for name, line_no in named:
        own[name].add(line_no)
    files = set()
    for row in session.execute(_TOLD, {"names": sorted(names)}):
        if row.own_line is not None:
            own[row.name].add(row.own_line)
        if row.file_line is not None:
            files.add(row.name)
    asked = {*lines, *(number for numbers in own.values() for number in numbers)}
    return _Told(files, own, vouched(session, asked))


def _rows(debit: FileDebit) -> Iterator[dict[str, Any]]:
    for known in debit.payments.values():
        yield {
            "campaign_id": known.campaign_id,
            "run_no": known.run_no,
            "payment_no": known.no,
            "line_no": debit.line.no,
            "was_told": Fate.PAID in known.outcomes,
        }


def _entry_of(session: Session, known: Known) -> int:
    key = (known.campaign_id, known.run_no, known.no, Fate.PAID)
    return session.get_one(PaymentOutcome, key).entry_no
