"""Naming: which of our payments a movement names, by its end-to-end identifier or in the words that go with it."""

import re
from collections.abc import Sequence

from sqlalchemy.orm import Session

from voucher_service.settlement import settling
from voucher_service.settlement.bank.lines import BankLine
from voucher_service.settlement.matching import Booked
from voucher_service.settlement.outcomes import Fate

_NAMES = re.compile(r"[A-Z]{2,6}[0-9]?-20[0-9]{2}-R[0-9]{1,9}(?:-[A-Z0-9]{1,9})*-[0-9]{1,9}")


def named(session: Session, lines: Sequence[BankLine]) -> dict[int, str]:
    """Return, by line, the payment that it names: its end-to-end identifier, else the one name in its words.

    A name in the words counts where its payment is of the same amount: the words are whatever a bank copies.
    """
    said = {line.no: _said(line) for line in lines}
    known = settling.known(session, {name for names in said.values() for name in names})
    found: dict[int, str] = {}
    for line in lines:
        first, *words = said[line.no] or [""]
        fitting = [name for name in words if name in known and known[name].net_cents == line.amount_cents]
        if line.end_to_end_id and first in known:
            found[line.no] = first
        elif len(fitting) == 1:
            found[line.no] = fitting[0]
    return found


def booked(line: BankLine, name: str | None) -> Booked:
    """Say a movement as one of the payment of this name (of none): it left, or it came back."""
    return Booked(
        iban=line.iban,
        reference=line.reference,
        end_to_end_id=name,
        amount_cents=line.amount_cents,
        fate=Fate.RETURNED if line.is_credit else Fate.PAID,
        booked_on=line.booked_on,
        reason=line.return_reason,
        line_no=line.no,
    )


def _said(line: BankLine) -> list[str]:
    words = _NAMES.findall(f"{line.remittance or ''} {line.reference}".upper())
    return [line.end_to_end_id or "", *sorted(set(words))]
