"""Statement lines: what one movement booked by the bank says (ISO 20022 ``camt.053``, both versions)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import ClassVar

from lxml import etree

from voucher_service.kernel.money import Cents
from voucher_service.kernel.refusal import Kind, Refusal

_AMOUNT = re.compile(r"0*(\d{1,11})(?:\.(\d{1,2})0*)?", re.ASCII)
_NO_REFERENCE = frozenset({"NONREF", "NOREF", "NOTPROVIDED"})
_RETURN_CODE = "RRTN"
_YEARS = range(2000, 2200)
_LONGEST_REFERENCE, _LONGEST_TEXT = 140, 500


@dataclass(eq=False)
class StatementIsIncomplete(Refusal):
    """The bank's statement lacks something, or says it in a way nobody can read: ask the bank for it again.

    FR: Le relevé de la banque est incomplet ou illisible à cet endroit : redemandez-le à la banque.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    element: str
    line: int


@dataclass(eq=False)
class StatementIsNotInEuros(Refusal):
    """The statement counts in another currency than the euro: only euro accounts pay venues.

    FR: Le relevé n'est pas en euros : seuls les comptes en euros paient les lieux.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    currency: str


@dataclass(frozen=True, slots=True)
class Line:
    """One movement on the account, as the bank booked it.

    ``bank_reference`` is the bank's own and stable, so that a line read twice is known again;
    ``amount_cents`` is never negative, ``is_credit`` is the direction seen from the account's holder; ``code`` is the
    bank's own name for the kind of movement (``PMNT/ICDT/ESCT``). ``payment_file`` is what a movement that stands for
    several payments says of the file that ordered them (``PmtInfId``, ``MsgId``).
    """

    bank_reference: str
    amount_cents: Cents
    is_credit: bool
    booked_on: date
    end_to_end_id: str | None = None
    counterparty_name: str | None = None
    counterparty_iban: str | None = None
    remittance: str | None = None
    is_return: bool = False
    return_reason: str | None = None
    code: str | None = None
    payment_file: str | None = None


def lines(entry: etree._Element, *, otherwise: str) -> Iterator[Line]:
    """Read one ``Ntry``: a line, or several where the bank booked several payments together.

    Where the details do not add up to what was booked, what was booked counts, in one line that names nobody.
    ``otherwise`` is the reference of an entry to which the bank gave none.

    Raises ``StatementIsIncomplete``, ``StatementIsNotInEuros``.
    """
    reference = _reference(entry, "AcctSvcrRef") or otherwise
    booked_cents, credit = amount_cents(entry, "Amt"), is_credit(entry)
    details = entry.findall(_path("NtryDtls/TxDtls"))
    shares = [_share_cents(detail, credit=credit) for detail in details]
    if len(details) == 1:
        yield _line(entry, details[0], reference, booked_cents if credit else -booked_cents)
    elif details and sum(share or 0 for share in shares) == (booked_cents if credit else -booked_cents):
        for number, (detail, share) in enumerate(zip(details, shares, strict=True), 1):
            own = _reference(detail, "Refs/AcctSvcrRef")
            yield _line(
                entry, detail, own if own and own != reference else f"{reference}/{number}", share or 0
            )
    else:
        yield _line(entry, entry, reference, booked_cents if credit else -booked_cents)


def text(element: etree._Element, path: str) -> str | None:
    """Read the words at ``path``, written without namespaces; None where there are none."""
    return (element.findtext(_path(path)) or "").strip()[:_LONGEST_TEXT] or None


def amount_cents(element: etree._Element, path: str) -> Cents:
    """Read the euros at ``path``, in cents.

    Raises ``StatementIsIncomplete`` without an amount or with less than a cent, ``StatementIsNotInEuros``.
    """
    found = element.find(_path(path))
    match = _AMOUNT.fullmatch((found.text or "").strip()) if found is not None else None
    if found is None or match is None:
        raise StatementIsIncomplete(path, element.sourceline or 0)
    if found.get("Ccy") != "EUR":
        raise StatementIsNotInEuros(str(found.get("Ccy"))[:3])
    return Cents(int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")))


def is_credit(element: etree._Element) -> bool:
    """Read the direction, seen from the account's holder (raises ``StatementIsIncomplete``)."""
    direction = text(element, "CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise StatementIsIncomplete("CdtDbtInd", element.sourceline or 0)
    return direction == "CRDT"


def day(element: etree._Element, path: str) -> date:
    """Read a date, given as such or as an instant (raises ``StatementIsIncomplete``)."""
    written = text(element, f"{path}/Dt") or text(element, f"{path}/DtTm") or ""
    try:
        found = date.fromisoformat(written[:10])
    except ValueError:
        raise StatementIsIncomplete(path, element.sourceline or 0) from None
    if found.year not in _YEARS:
        raise StatementIsIncomplete(path, element.sourceline or 0)
    return found


def _line(entry: etree._Element, detail: etree._Element, reference: str, signed_cents: int) -> Line:
    credit = signed_cents >= 0 if signed_cents else is_credit(entry)
    name, iban = _counterparty(detail, credit=credit)
    returned = detail.find(_path("RtrInf")) is not None
    returned = returned or _RETURN_CODE in {_sub_family(entry), _sub_family(detail)}
    return Line(
        bank_reference=reference,
        amount_cents=Cents(abs(signed_cents)),
        is_credit=credit,
        booked_on=day(entry, "BookgDt"),
        end_to_end_id=_reference(detail, "Refs/EndToEndId"),
        counterparty_name=name,
        counterparty_iban=iban,
        remittance=_remittance(entry, detail),
        is_return=returned or text(entry, "RvslInd") == "true",
        return_reason=text(detail, "RtrInf/Rsn/Cd") or text(detail, "RtrInf/Rsn/Prtry"),
        code=_code(detail) or _code(entry),
        payment_file=_payment_file(entry, detail),
    )


def _payment_file(entry: etree._Element, detail: etree._Element) -> str | None:
    parts = entry.findall(_path("NtryDtls/TxDtls"))
    if detail is not entry and len(parts) > 1:
        # One of several details: what it says of itself, where it does not name a payment.
        where = [(detail, "Refs")] if _reference(detail, "Refs/EndToEndId") is None else []
    else:
        where = [(batch, "") for batch in entry.iterfind(_path("NtryDtls/Btch"))]
        where += [(part, "Refs") for part in parts]
    said = [
        dict.fromkeys(
            filter(None, (_reference(part, f"{inside}/{name}".strip("/")) for part, inside in where))
        )
        for name in ("PmtInfId", "MsgId")
    ]
    # A movement for two files is for none of them.
    names = dict.fromkeys(name for known in said if len(known) == 1 for name in known)
    return " ".join(names)[:_LONGEST_REFERENCE] or None


def _remittance(entry: etree._Element, detail: etree._Element) -> str | None:
    said = [found.text or "" for found in detail.iterfind(_path("RmtInf/Ustrd"))]
    said.append(text(detail, "RmtInf/Strd/CdtrRefInf/Ref") or "")
    return " ".join(" ".join(said).split())[:_LONGEST_TEXT] or text(entry, "AddtlNtryInf")


def _code(element: etree._Element) -> str | None:
    names = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
    known = "/".join(filter(None, (text(element, name) for name in names)))
    return known or text(element, "BkTxCd/Prtry/Cd")


def _share_cents(detail: etree._Element, *, credit: bool) -> int | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        if detail.find(_path(path)) is not None:
            own = is_credit(detail) if text(detail, "CdtDbtInd") else credit
            return amount_cents(detail, path) if own else -amount_cents(detail, path)
    return None


def _counterparty(detail: etree._Element, *, credit: bool) -> tuple[str | None, str | None]:
    # A returned payment comes back as a credit that still names the creditor of the payment.
    for role in ("Dbtr", "Cdtr") if credit else ("Cdtr", "Dbtr"):
        name = text(detail, f"RltdPties/{role}/Pty/Nm") or text(detail, f"RltdPties/{role}/Nm")
        iban = text(detail, f"RltdPties/{role}Acct/Id/IBAN")
        if name or iban:
            return name, iban
    return None, None


def _reference(element: etree._Element, path: str) -> str | None:
    found = text(element, path)
    return None if found is None or found in _NO_REFERENCE else found[:_LONGEST_REFERENCE]


def _sub_family(element: etree._Element) -> str | None:
    return text(element, "BkTxCd/Domn/Fmly/SubFmlyCd")


@cache
def _path(names: str) -> str:
    return "/".join("{*}" + name for name in names.split("/"))
