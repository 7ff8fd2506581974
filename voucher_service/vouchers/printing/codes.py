"""Printed codes: what is put on each paper of a print run, derived again from its batch's key and kept nowhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.keys import Keyring
from voucher_service.vouchers import batch_keys, code
from voucher_service.vouchers.printing.runs import PrintRun

_PAPERS = text("""
SELECT voucher.serial, last.issue, voucher.booklet, voucher.position, batch.id AS batch_id
FROM booklet
JOIN batch ON batch.campaign_id = booklet.campaign_id AND batch.no = booklet.batch_no
JOIN voucher ON voucher.campaign_id = booklet.campaign_id AND voucher.booklet = booklet.number
CROSS JOIN LATERAL (SELECT coalesce(max(issue), 1) AS issue FROM replacement
                    WHERE replacement.campaign_id = voucher.campaign_id AND replacement.serial = voucher.serial) AS last
WHERE booklet.campaign_id = :campaign_id AND booklet.ordinal BETWEEN :first AND :last
ORDER BY booklet.ordinal, voucher.position""")


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """One code, for the paper it belongs on."""

    serial: str
    issue: int
    booklet: str
    position: int
    code: str

    @property
    def qr_payload(self) -> str:
        """What the voucher's square says to a scanner."""
        return code.QR_PREFIX + self.code.replace(" ", "")


def derive(
    session: Session, *, run: PrintRun, keyring: Keyring, first: int | None = None, last: int | None = None
) -> Iterator[PrintedCode]:
    """Derive the codes of a print run, or of the booklets from ``first`` to ``last`` of it, in the order of the papers.

    Raises ``KeyIsNotThisBatchs``, before the first code.
    """
    bounds = {
        "campaign_id": run.campaign_id,
        "first": run.first_booklet if first is None else first,
        "last": run.last_booklet if last is None else last,
    }
    keys = batch_keys.of_range(
        session,
        campaign_id=run.campaign_id,
        first_booklet=bounds["first"],
        last_booklet=bounds["last"],
        keyring=keyring,
    )
    return _derived(session, bounds, keys)


def _derived(
    session: Session, bounds: Mapping[str, int], keys: Mapping[UUID, bytes]
) -> Iterator[PrintedCode]:
    for row in session.execute(_PAPERS.execution_options(yield_per=1_000), bounds):
        letters = code.derive(keys[row.batch_id], row.serial, row.issue)
        yield PrintedCode(row.serial, row.issue, row.booklet, row.position, code.grouped(letters))
