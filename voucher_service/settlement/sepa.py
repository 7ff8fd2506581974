"""SEPA: the credit transfer order that an operator hands to its bank, ISO 20022 ``pain.001.001.09``.

The same order is always the same bytes: a second person can approve its hash, and the bank knows a file sent
twice. Postal addresses are left out, since banks refuse unstructured ones (EPC, November 2026).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, TypeAlias

from lxml import etree

from voucher_service.kernel.money import Cents, as_decimal
from voucher_service.settlement.characters import in_bank_characters

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_NAME_LENGTH, _REMITTANCE_LENGTH = 70, 140

_Content: TypeAlias = "str | Iterable[_Node]"
_Node: TypeAlias = tuple[str, _Content]


@dataclass(frozen=True, slots=True)
class Party:
    """Who pays or is paid: the name as the bank knows it, the account, and the SIRET where there is one."""

    name: str
    iban: str
    bic: str | None = None
    siret: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """One transfer of the order; ``end_to_end_id`` comes back unchanged on the bank's statement."""

    end_to_end_id: str
    amount_cents: Cents
    creditor: Party
    remittance: str

    def __post_init__(self) -> None:
        """Refuse an amount that no transfer can carry (``ValueError``)."""
        if self.amount_cents <= 0:
            raise ValueError(f"a transfer moves at least one cent, not {self.amount_cents}")


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What one payment run asks the bank to do, on one day, from one account."""

    message_id: str
    created_at: datetime
    executed_on: date
    debtor: Party
    payments: tuple[Payment, ...]

    def __post_init__(self) -> None:
        """Refuse an order that pays nobody, which no bank accepts (``ValueError``)."""
        if not self.payments:
            raise ValueError("a payment order has at least one payment")

    @property
    def total_cents(self) -> Cents:
        """Sum what the order pays, in cents."""
        return Cents(sum(payment.amount_cents for payment in self.payments))


def encode(order: PaymentOrder) -> bytes:
    """Write ``order`` as the file that the bank reads; the same order is always the same bytes."""
    out = BytesIO()
    with etree.xmlfile(out, encoding="UTF-8") as xml:
        xml.write_declaration()
        with xml.element("Document", nsmap={None: _NAMESPACE}), xml.element("CstmrCdtTrfInitn"):
            for node in (("GrpHdr", _header(order)), ("PmtInf", _batch(order))):
                _write(xml, node)
    return out.getvalue()


def _write(xml: Any, node: _Node) -> None:
    name, content = node
    if name == "InstdAmt":
        with xml.element(name, Ccy="EUR"):
            xml.write(content)
        return
    with xml.element(name):
        if isinstance(content, str):
            xml.write(content)
            return
        for child in content:
            _write(xml, child)


def _header(order: PaymentOrder) -> Iterator[_Node]:
    yield "MsgId", order.message_id
    yield "CreDtTm", order.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield from _totals(order)
    yield "InitgPty", _named(order.debtor)


def _totals(order: PaymentOrder) -> Iterator[_Node]:
    yield "NbOfTxs", str(len(order.payments))
    yield "CtrlSum", as_decimal(order.total_cents)


def _batch(order: PaymentOrder) -> Iterator[_Node]:
    yield "PmtInfId", order.message_id
    yield "PmtMtd", "TRF"
    # One statement line for each payment: each is confirmed, or returned, by itself.
    yield "BtchBookg", "false"
    yield from _totals(order)
    yield "PmtTpInf", [("SvcLvl", [("Cd", "SEPA")])]
    yield "ReqdExctnDt", [("Dt", order.executed_on.isoformat())]
    yield "Dbtr", _named(order.debtor)
    yield "DbtrAcct", [("Id", [("IBAN", order.debtor.iban)]), ("Ccy", "EUR")]
    yield "DbtrAgt", _agent(order.debtor)
    yield "ChrgBr", "SLEV"
    for payment in order.payments:
        yield "CdtTrfTxInf", _transfer(payment)


def _transfer(payment: Payment) -> Iterator[_Node]:
    yield "PmtId", [("EndToEndId", payment.end_to_end_id)]
    yield "Amt", [("InstdAmt", as_decimal(payment.amount_cents))]
    if payment.creditor.bic:
        yield "CdtrAgt", _agent(payment.creditor)
    yield "Cdtr", _named(payment.creditor)
    yield "CdtrAcct", [("Id", [("IBAN", payment.creditor.iban)])]
    yield "RmtInf", [("Ustrd", in_bank_characters(payment.remittance, at_most=_REMITTANCE_LENGTH))]


def _named(party: Party) -> Iterator[_Node]:
    yield "Nm", in_bank_characters(party.name, at_most=_NAME_LENGTH)
    if party.siret:
        siret: _Node = ("Othr", [("Id", party.siret), ("SchmeNm", [("Prtry", "SIRET")])])
        yield "Id", [("OrgId", [siret])]


def _agent(party: Party) -> list[_Node]:
    known: _Node = ("BICFI", party.bic) if party.bic else ("Othr", [("Id", "NOTPROVIDED")])
    return [("FinInstnId", [known])]
