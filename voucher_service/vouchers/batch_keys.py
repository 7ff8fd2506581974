"""Batch keys: the key that a batch was made with is the only one that prints it.

Each batch keeps a mark of its key, from which nothing can be computed back. A key with another mark would give
codes that no one knows: neither printing nor replacing begins with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.refusal import Refusal
from voucher_service.vouchers.production import Batch
from voucher_service.vouchers.register import Booklet

_MARKED = (Batch.no, Batch.id, Batch.key_mark)


@dataclass(eq=False)
class KeyIsNotThisBatchs(Refusal):
    """The service holds another key than the one these batches were made with: put that codes.key back first.

    FR: Le service n'a plus la clé avec laquelle ces lots ont été faits : remettez d'abord ce codes.key en place.
    """

    batches: list[int]


def of_range(
    session: Session, *, campaign_id: int, first_booklet: int, last_booklet: int, keyring: Keyring
) -> dict[UUID, bytes]:
    """Return the key of each batch of a range of booklets, 32 bytes by the batch's identifier.

    Raises ``KeyIsNotThisBatchs``.
    """
    batches = select(*_MARKED).where(
        Batch.campaign_id == campaign_id,
        Batch.first_booklet <= last_booklet,
        Batch.last_booklet >= first_booklet,
    )
    return _keys(session.execute(batches.order_by(Batch.no)), keyring)


def of_booklets(
    session: Session, *, campaign_id: int, booklets: Sequence[str], keyring: Keyring
) -> dict[str, bytes]:
    """Return the key behind the codes of each booklet, 32 bytes by the booklet's number.

    Raises ``KeyIsNotThisBatchs``.
    """
    made = select(Booklet.number, *_MARKED).join(
        Batch, (Batch.campaign_id == Booklet.campaign_id) & (Batch.no == Booklet.batch_no)
    )
    made = made.where(Booklet.campaign_id == campaign_id, Booklet.number.in_(booklets))
    rows = session.execute(made.order_by(Batch.no)).all()
    keys = _keys(((no, batch_id, mark) for _, no, batch_id, mark in rows), keyring)
    return {number: keys[batch_id] for number, _, batch_id, _ in rows}


def lost(session: Session, *, keyring: Keyring) -> list[Batch]:
    """List the batches that cannot be printed with the keys of this installation, in their order."""
    marked = select(Batch).where(Batch.key_mark.is_not(None)).order_by(Batch.campaign_id, Batch.no)
    return [batch for batch in session.scalars(marked) if keyring.batch_mark(batch.id) != batch.key_mark]


def _keys(batches: Iterable[tuple[int, UUID, bytes | None]], keyring: Keyring) -> dict[UUID, bytes]:
    marks = {(no, batch_id): mark for no, batch_id, mark in batches}
    others = [
        no for (no, batch_id), mark in marks.items() if mark not in (None, keyring.batch_mark(batch_id))
    ]
    if others:
        raise KeyIsNotThisBatchs(others)
    return {batch_id: keyring.batch(batch_id) for _, batch_id in marks}
