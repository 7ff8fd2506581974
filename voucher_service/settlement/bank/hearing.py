"""Hearing: a file of the bank is read whole, kept once, and understood as far as it is certain.

What is written follows from the file or from nothing of it: a file that is damaged anywhere is refused and leaves no
trace. The same file again, or another that tells of the same movements, changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.settlement import bank_statements, statement_files
from voucher_service.settlement.bank import (
    answers,
    balances,
    lines,
    messages,
    naming,
    own_accounts,
    status_reports,
    understanding,
)
from voucher_service.settlement.bank.messages import BankMessage
from voucher_service.settlement.bank.resolutions import Meaning, Meant
from voucher_service.settlement.bank.status_reports import PaymentStatus
from voucher_service.settlement.bank.understanding import Understood
from voucher_service.settlement.bank_statements import Statement
from voucher_service.settlement.matching import Doubt, Matching, Unmatched
from voucher_service.settlement.outcomes import Fate
from voucher_service.settlement.statement_files import MessageKind


@dataclass(slots=True)
class Heard:
    """What a file of the bank told, and what became of it.

    ``told`` counts its movements (or answers), ``known`` those that were told and explained before; ``meant`` is
    what was understood now, ``waiting`` the file's movements that a person is asked about, with the doubt.
    """

    message: BankMessage
    is_new: bool
    told: int
    known: int = 0
    meant: list[Meant] = field(default_factory=list)
    waiting: dict[int, Doubt] = field(default_factory=dict)
    answers: list[PaymentStatus] = field(default_factory=list)
    matching: Matching = field(default_factory=Matching)

    @property
    def refused(self) -> list[str]:
        """The payments that the bank now refused, and that are owed again."""
        refusals = (one.booked for one in self.matching.matched if one.booked.fate is Fate.REJECTED)
        return [booked.end_to_end_id or "" for booked in refusals]

    def count(self, meaning: Meaning) -> int:
        """Count the movements that were now understood as this."""
        return sum(1 for one in self.meant if one.meaning is meaning)


def hear(
    session: Session, *, data: bytes, on: date, at: datetime, by: Actor, series: str | None = None
) -> Heard:
    """Read a statement, a notice or the answer to an order, and write down what it tells; again changes nothing.

    ``series`` keeps to the accounts of one campaign. Raises ``CampaignIsUnknown``,
    ``StatementIsOfAnotherAccount``, ``StatementDoesNotAddUp`` and the refusals of ``statement_files``.
    """
    if series is not None:
        campaigns.get(session, series)
    if statement_files.kind_of(data) is MessageKind.ANSWER:
        return _answered(session, data, on=on, at=at, by=by)
    statements = bank_statements.read(data)
    own = own_accounts.needed(session, among=(one.iban for one in statements), series=series)
    return _told(session, data, [one for one in statements if one.iban in own], at=at, by=by)


def _answered(session: Session, data: bytes, *, on: date, at: datetime, by: Actor) -> Heard:
    reports = status_reports.read(data)
    count = sum(len(report.payments) for report in reports)
    message, is_new = _keep(session, data, MessageKind.ANSWER, count, at=at, by=by)
    if not is_new:
        return Heard(message, is_new=False, told=count, known=count)
    answered = answers.apply(session, message=message, reports=reports, on=on, at=at, by=by)
    # The one debit for a file may have waited to be told which of its payments were refused.
    refused = {one.payment.iban for one in answered.matching.matched if one.payment.iban}
    found = understanding.understand(session, ibans=refused, at=at, by=by)
    return Heard(
        message,
        is_new=True,
        told=len(answered.statuses),
        known=answered.matching.known,
        meant=found.meant,
        answers=answered.statuses,
        matching=answered.matching,
    )


def _told(
    session: Session, data: bytes, statements: Sequence[Statement], *, at: datetime, by: Actor
) -> Heard:
    rows = lines.told_by(statements)
    message, is_new = _keep(session, data, statement_files.kind_of(data), len(rows), at=at, by=by)
    kept = lines.keep(session, message=message, rows=rows)
    if is_new:
        balances.keep(session, message=message, statements=statements)
    found = understanding.understand(session, ibans={one.iban for one in statements}, at=at, by=by)
    told = {*kept.new, *kept.known}
    heard = Heard(message, is_new=is_new, told=len(rows), meant=found.meant)
    heard.waiting = {no: doubt for no, doubt in found.doubts.items() if no in told}
    now = {one.line_no for one in found.meant}
    heard.known = sum(1 for no in kept.known if no not in heard.waiting and no not in now)
    heard.matching = _matching(heard, found, told)
    return heard


def _matching(heard: Heard, found: Understood, told: set[int]) -> Matching:
    # Of the file's own lines: what waited from files before is told where it waited.
    return Matching(
        matched=[one for one in found.matching.matched if one.booked.line_no in told],
        unmatched=[
            Unmatched(naming.booked(found.lines[no], found.lines[no].end_to_end_id), doubt)
            for no, doubt in heard.waiting.items()
        ],
        known=heard.known,
    )


def _keep(
    session: Session, data: bytes, kind: MessageKind, count: int, *, at: datetime, by: Actor
) -> tuple[BankMessage, bool]:
    return messages.keep(
        session,
        data=data,
        kind=kind,
        reference=statement_files.reference_of(data),
        lines=count,
        at=at,
        by=by,
    )
