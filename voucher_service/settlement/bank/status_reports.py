"""Status reports: what the bank answers to a payment order, payment by payment (ISO 20022 ``pain.002``)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from voucher_service.settlement.statement_files import parts
from voucher_service.settlement.statement_lines import StatementIsIncomplete, text

_ACCEPTED = {"ACCP", "ACSP", "ACSC", "ACCC", "ACTC", "ACWC", "ACFC"}
_PENDING = {"PDNG", "RCVD", "PART", "PATC", "ACWP", "BLCK"}
_REJECTED = {"RJCT", "CANC"}
_SENT_TWICE = {"DUPL", "AM05", "DU01", "DU02", "DU03", "DU04", "DU05"}
_LONGEST = 35


class Answer(StrEnum):
    """What the bank answers: it will pay, it has not decided, it will not pay, or it knows this order already."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    REJECTED = "rejected"
    SENT_TWICE = "sent-twice"


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    """What is answered of one payment; ``status`` and ``reason`` are the bank's codes."""

    end_to_end_id: str
    answer: Answer
    status: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The bank's answer to one order: of the whole of it, where it says so, and of single payments."""

    order: str
    whole: PaymentStatus | None
    payments: tuple[PaymentStatus, ...]


def read(data: bytes) -> tuple[StatusReport, ...]:
    """Read the answers of a ``pain.002`` file.

    Raises ``StatementIsIncomplete`` and the refusals of ``statement_files``.
    """
    return tuple(_reports(data))


def _reports(data: bytes) -> Iterator[StatusReport]:
    order, whole = "", None
    payments: list[PaymentStatus] = []
    for name, element in parts(data):
        if name == "OrgnlGrpInfAndSts":
            order = _order(element, before=order)
            whole = _status(element, order, "GrpSts")
        elif name == "TxInfAndSts":
            payments.append(_payment(element))
            element.clear(keep_tail=False)
        elif name == "OrgnlPmtInfAndSts":
            # We send one batch in an order: what is said of it is said more exactly than of the file.
            whole = _status(element, order, "PmtInfSts") or whole
    if not order:
        raise StatementIsIncomplete("OrgnlGrpInfAndSts", 0)
    yield StatusReport(order, whole, tuple(payments))


def _order(element: etree._Element, *, before: str) -> str:
    order = text(element, "OrgnlMsgId")
    if order is None or before:
        raise StatementIsIncomplete("OrgnlMsgId", element.sourceline or 0)
    return order[:_LONGEST]


def _payment(element: etree._Element) -> PaymentStatus:
    name = text(element, "OrgnlEndToEndId")
    said = _status(element, (name or "")[:_LONGEST], "TxSts")
    if name is None or said is None:
        raise StatementIsIncomplete("OrgnlEndToEndId" if name is None else "TxSts", element.sourceline or 0)
    return said


def _status(element: etree._Element, name: str, path: str) -> PaymentStatus | None:
    status = text(element, path)
    if status is None:
        return None
    reason = text(element, "StsRsnInf/Rsn/Cd") or text(element, "StsRsnInf/Rsn/Prtry")
    reason = reason[:_LONGEST] if reason else None
    return PaymentStatus(name, _answer(status, reason, element), status[:_LONGEST], reason)


def _answer(status: str, reason: str | None, element: etree._Element) -> Answer:
    if status in _REJECTED:
        return Answer.SENT_TWICE if reason in _SENT_TWICE else Answer.REJECTED
    if status in _ACCEPTED:
        return Answer.ACCEPTED
    if status in _PENDING:
        return Answer.PENDING
    raise StatementIsIncomplete("TxSts", element.sourceline or 0)
