"""Lines: each movement that the bank told of one of our accounts, kept once however often it is told.

A movement is known again by all that is said of it (its fingerprint), in whatever file; and a notice and a statement
that tell of the same movement under two references are recognised by what they say besides (its likeness), one by
one: two movements that are alike stay two.
"""

import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Identity, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement.bank.messages import BankMessage
from voucher_service.settlement.bank_statements import Statement
from voucher_service.settlement.statement_files import MessageKind
from voucher_service.settlement.statement_lines import Line

_ALIKE = text("""
SELECT line.no, encode(line.fingerprint, 'hex') AS fingerprint, encode(line.likeness, 'hex') AS likeness,
       EXISTS (SELECT FROM bank_telling AS telling JOIN bank_message AS message ON message.no = telling.message_no
               WHERE telling.line_no = line.no AND message.kind = :kind) AS is_told
FROM bank_line AS line
JOIN unnest(CAST(:likenesses AS text[])) AS wanted (likeness) ON line.likeness = decode(wanted.likeness, 'hex')
ORDER BY line.no""")
_NEW = text("""
INSERT INTO bank_line (message_no, iban, reference, amount_cents, is_credit, booked_on, end_to_end_id, name,
                       counterparty_iban, remittance, code, is_return, return_reason, payment_file,
                       fingerprint, likeness)
SELECT :message_no, iban, reference, amount_cents, is_credit, booked_on, end_to_end_id, name,
       counterparty_iban, remittance, code, is_return, return_reason, payment_file,
       decode(fingerprint, 'hex'), decode(likeness, 'hex')
FROM json_to_recordset(CAST(:rows AS json)) AS told (
    iban text, reference text, amount_cents bigint, is_credit boolean, booked_on date, end_to_end_id text, name text,
    counterparty_iban text, remittance text, code text, is_return boolean, return_reason text, payment_file text,
    fingerprint text, likeness text)
RETURNING no""")
_ON_STATEMENTS = text("""
SELECT telling.line_no FROM bank_telling AS telling JOIN bank_message AS message ON message.no = telling.message_no
WHERE telling.line_no = ANY(CAST(:lines AS bigint[])) AND message.kind = :kind""")
_TOLD = text("""
INSERT INTO bank_telling (line_no, message_no) SELECT told, :message_no FROM unnest(CAST(:lines AS bigint[])) AS told
ON CONFLICT DO NOTHING""")


class BankLine(Base):
    """A movement on one of our accounts, as the bank told it first; ``message_no`` is that first file."""

    __tablename__ = "bank_line"
    __table_args__ = (Index(None, "iban", "booked_on"),)

    no: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    message_no: Mapped[int] = mapped_column(ForeignKey("bank_message.no"))
    iban: Mapped[Code]
    reference: Mapped[Code]
    amount_cents: Mapped[int]
    is_credit: Mapped[bool]
    booked_on: Mapped[date]
    end_to_end_id: Mapped[Code | None]
    name: Mapped[str | None]
    counterparty_iban: Mapped[Code | None]
    remittance: Mapped[str | None]
    code: Mapped[Code | None]
    is_return: Mapped[bool]
    return_reason: Mapped[Code | None]
    payment_file: Mapped[Code | None]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    likeness: Mapped[bytes] = mapped_column(LargeBinary, index=True)

    @property
    def signed_cents(self) -> int:
        """What the movement does to the account, in cents: below zero where money left."""
        return self.amount_cents if self.is_credit else -self.amount_cents


class BankTelling(Base):
    """A file told of a movement."""

    __tablename__ = "bank_telling"

    line_no: Mapped[int] = mapped_column(ForeignKey("bank_line.no"), primary_key=True, autoincrement=False)
    message_no: Mapped[int] = mapped_column(
        ForeignKey("bank_message.no"), primary_key=True, autoincrement=False
    )


@dataclass(eq=False)
class BankLineIsUnknown(Refusal):
    """No movement bears this number: look for it in the list of movements to be explained.

    FR: Aucun mouvement ne porte ce numéro : cherchez-le dans la liste des mouvements à expliquer.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN
    line: int


@dataclass(slots=True)
class Kept:
    """What became of the movements that a file tells: which are new, and which were known."""

    new: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)


def told_by(statements: Iterable[Statement]) -> list[dict[str, Any]]:
    """Write the movements of statements as rows; what moves nothing is no movement."""
    return [_row(one.iban, line) for one in statements for line in one.lines if line.amount_cents]


def keep(session: Session, *, message: BankMessage, rows: Sequence[dict[str, Any]]) -> Kept:
    """Keep the movements that a file tells, each once: two statements and three lists, however many they are."""
    known = _recognise(session, message, rows)
    kept = Kept(known=[no for no in known if no is not None])
    new = {row["fingerprint"]: row for row, no in zip(rows, known, strict=True) if no is None}
    if new:
        told = {"message_no": message.no, "rows": json.dumps([*new.values()], default=str)}
        kept.new = sorted(session.execute(_NEW, told).scalars())
    session.execute(_TOLD, {"message_no": message.no, "lines": kept.known + kept.new})
    return kept


def _recognise(session: Session, message: BankMessage, rows: Sequence[dict[str, Any]]) -> list[int | None]:
    wanted = {"kind": message.kind.value, "likenesses": sorted({row["likeness"] for row in rows})}
    told = {row["fingerprint"] for row in rows}
    same: dict[str, int] = {}
    alike: defaultdict[str, deque[int]] = defaultdict(deque)
    for known in session.execute(_ALIKE, wanted):
        same[known.fingerprint] = known.no
        if not known.is_told and known.fingerprint not in told:
            alike[known.likeness].append(known.no)
    return [
        same[row["fingerprint"]] if row["fingerprint"] in same else _first(alike[row["likeness"]])
        for row in rows
    ]


def _first(waiting: deque[int]) -> int | None:
    return waiting.popleft() if waiting else None


def get(session: Session, *, line: int) -> BankLine:
    """Return a movement, or raise ``BankLineIsUnknown``."""
    found = session.get(BankLine, line)
    if found is None:
        raise BankLineIsUnknown(line)
    return found


def on_statements(session: Session, lines: Iterable[BankLine]) -> set[int]:
    """Return which of these movements a statement tells of: its balances vouch for the amounts, as no notice does."""
    return vouched(session, (line.no for line in lines))


def vouched(session: Session, numbers: Iterable[int]) -> set[int]:
    """Return which of the movements of these numbers a statement tells of."""
    wanted = {"lines": sorted(numbers), "kind": MessageKind.STATEMENT.value}
    return set(session.scalars(_ON_STATEMENTS, wanted))


def _row(iban: str, line: Line) -> dict[str, Any]:
    moved = [iban, line.is_credit, line.amount_cents, line.booked_on.isoformat(), line.end_to_end_id]
    besides = [] if line.end_to_end_id else _besides(line)
    return {
        "iban": iban,
        "reference": line.bank_reference,
        "amount_cents": line.amount_cents,
        "is_credit": line.is_credit,
        "booked_on": line.booked_on,
        "end_to_end_id": line.end_to_end_id,
        "name": line.counterparty_name,
        "counterparty_iban": line.counterparty_iban,
        "remittance": line.remittance,
        "code": line.code,
        "is_return": line.is_return,
        "return_reason": line.return_reason,
        "payment_file": line.payment_file,
        "fingerprint": _digest([line.bank_reference, *moved]),
        "likeness": _digest([*moved, *besides]),
    }


def _besides(line: Line) -> list[str | None]:
    # A notice and a statement name the same file, and word the debit each in their own way.
    return [line.payment_file] if line.payment_file else [line.counterparty_iban, line.remittance]


def _digest(said: list[Any]) -> str:
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=16).hexdigest()
