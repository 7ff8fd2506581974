"""Bank: the demonstration's own, which reads a payment order, pays it, and writes the statement of the day.

It knows nothing of the service but the two files of ISO 20022 that pass between a customer and a bank:
``pain.001`` in, ``camt.053`` out.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import count

from lxml import etree
from lxml.builder import ElementMaker

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_ACCOUNT_CLOSED = "AC04"
_E = ElementMaker(namespace=_NAMESPACE, nsmap={None: _NAMESPACE})


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the statement; a credit gives a payment back, and ``reason`` says why."""

    end_to_end_id: str
    cents: int
    is_credit: bool = False
    reason: str | None = None

    @property
    def signed_cents(self) -> int:
        """What the line does to the customer's balance."""
        return self.cents if self.is_credit else -self.cents


@dataclass(slots=True)
class Bank:
    """The bank of one customer: its account and what is on it."""

    iban: str
    balance_cents: int
    statements: int = 0

    def pay(self, order: bytes, *, closed: Collection[str], on: date, at: datetime) -> bytes:
        """Pay an order; what goes to a closed account comes back the same day. Return the day's statement."""
        movements = list(_movements(etree.fromstring(order), closed))
        opening = self.balance_cents
        self.balance_cents += sum(movement.signed_cents for movement in movements)
        self.statements += 1
        number = f"DEMO-{self.statements:03d}"
        document = _E.Document(
            _E.BkToCstmrStmt(
                _E.GrpHdr(_E.MsgId(number), _E.CreDtTm(at.isoformat())),
                _E.Stmt(
                    _E.Id(number),
                    _E.CreDtTm(at.isoformat()),
                    _E.Acct(_E.Id(_E.IBAN(self.iban)), _E.Nm("Compte fictif de démonstration")),
                    _balance("OPBD", opening, on),
                    _balance("CLBD", self.balance_cents, on),
                    *(
                        _entry(movement, f"{number}-{line}", on)
                        for movement, line in zip(movements, count(1))
                    ),
                ),
            )
        )
        return etree.tostring(document, xml_declaration=True, encoding="UTF-8")


def _movements(order: etree._Element, closed: Collection[str]) -> Iterator[Movement]:
    for transfer in order.iterfind(".//{*}CdtTrfTxInf"):
        reference = transfer.findtext("{*}PmtId/{*}EndToEndId") or ""
        cents = int(Decimal(transfer.findtext("{*}Amt/{*}InstdAmt") or "0") * 100)
        yield Movement(reference, cents)
        if transfer.findtext("{*}CdtrAcct/{*}Id/{*}IBAN") in closed:
            yield Movement(reference, cents, is_credit=True, reason=_ACCOUNT_CLOSED)


def _balance(code: str, cents: int, on: date) -> etree._Element:
    kind = _E.Tp(_E.CdOrPrtry(_E.Cd(code)))
    return _E.Bal(kind, _amount(abs(cents)), _side(is_credit=cents >= 0), _E.Dt(_E.Dt(on.isoformat())))


def _entry(movement: Movement, reference: str, on: date) -> etree._Element:
    known = _E.TxDtls(_E.Refs(_E.AcctSvcrRef(reference), _E.EndToEndId(movement.end_to_end_id)))
    if movement.reason:
        known.append(_E.RtrInf(_E.Rsn(_E.Cd(movement.reason))))
    return _E.Ntry(
        _amount(movement.cents),
        _side(is_credit=movement.is_credit),
        _E.Sts(_E.Cd("BOOK")),
        _E.BookgDt(_E.Dt(on.isoformat())),
        _E.AcctSvcrRef(reference),
        _E.BkTxCd(_E.Domn(_E.Cd("PMNT"), _E.Fmly(_E.Cd("ICDT"), _E.SubFmlyCd(_family(movement))))),
        _E.NtryDtls(known),
    )


def _family(movement: Movement) -> str:
    return "RRTN" if movement.is_credit else "ESCT"


def _amount(cents: int) -> etree._Element:
    return _E.Amt(f"{Decimal(cents) / 100:.2f}", Ccy="EUR")


def _side(*, is_credit: bool) -> etree._Element:
    return _E.CdtDbtInd("CRDT" if is_credit else "DBIT")
