"""Holdings: the last paper of each voucher, what it holds, and where it is, for acts on many of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts
from voucher_service.vouchers.register import BookletIsUnknown, VoucherIsUnknown

LARGEST_TARGET = 2_000

_PAPERS = text("""
SELECT voucher.serial, last.issue, voucher.booklet, voucher.colour, colour.face_cents,
       account.balance, account.version, booklet.version AS booklet_version, moved.place,
       active.booklet IS NOT NULL AS active, void.serial IS NOT NULL AS void,
       EXISTS (SELECT FROM expired_booklet AS expired
               WHERE expired.campaign_id = voucher.campaign_id AND expired.booklet = voucher.booklet) AS expired,
       coalesce(handover.site_no, CAST(substring(moved.place FROM '^custody/[a-z]+/([0-9]+)$') AS bigint))
           AS site_no
FROM voucher
JOIN colour ON colour.campaign_id = voucher.campaign_id AND colour.no = voucher.colour
CROSS JOIN LATERAL (SELECT coalesce(max(issue), 1) AS issue FROM replacement
                    WHERE replacement.campaign_id = voucher.campaign_id AND replacement.serial = voucher.serial) AS last
JOIN account ON account.campaign_id = voucher.campaign_id
            AND account.address = 'voucher/' || voucher.serial || '/' || last.issue
JOIN account AS booklet ON booklet.campaign_id = voucher.campaign_id AND booklet.address = 'booklet/' || voucher.booklet
CROSS JOIN LATERAL (SELECT place, act_id FROM booklet_move
                    WHERE booklet_move.campaign_id = voucher.campaign_id AND booklet_move.booklet = voucher.booklet
                    ORDER BY turn DESC LIMIT 1) AS moved
LEFT JOIN handover ON handover.id = moved.act_id
LEFT JOIN active_booklet AS active ON active.campaign_id = voucher.campaign_id AND active.booklet = voucher.booklet
LEFT JOIN void ON void.campaign_id = voucher.campaign_id AND void.serial = voucher.serial AND void.issue = last.issue
WHERE voucher.campaign_id = :campaign_id
  AND (voucher.serial = ANY(CAST(:serials AS text[])) OR voucher.booklet = ANY(CAST(:booklets AS text[])))
ORDER BY voucher.serial""")


@dataclass(frozen=True, slots=True)
class Paper:
    """The last paper of one voucher."""

    serial: str
    issue: int
    booklet: str
    colour: int
    face_cents: int
    balance: int
    version: int
    booklet_version: int
    place: str
    active: bool
    void: bool
    expired: bool
    site_no: int | None

    @property
    def is_left(self) -> bool:
        """Say whether something is left of it: value, or a paper that has not been activated."""
        return self.balance > 0 or not (self.active or self.void or self.expired)

    @property
    def address(self) -> str:
        """The account of its value."""
        return accounts.voucher(self.serial, self.issue)


@dataclass(eq=False)
class TargetIsOutOfBounds(Refusal):
    """Name at least one voucher or booklet, and at most 2 000 vouchers at once.

    FR: Indiquez au moins un pass ou un carnet, et au plus 2 000 pass à la fois.
    """

    kind = Kind.INVALID
    vouchers: int


@dataclass(eq=False)
class NothingIsLeft(Refusal):
    """Nothing is left of these vouchers: each was used, cancelled or replaced, or has expired.

    FR: Il ne reste rien de ces pass : chacun a été utilisé, annulé ou remplacé, ou a périmé.
    """

    serials: tuple[str, ...]


def left(
    session: Session,
    *,
    campaign_id: int,
    serials: Sequence[str],
    booklets: Sequence[str],
    by: Actor,
    own_sites: frozenset[int] = frozenset(),
) -> list[Paper]:
    """Return the papers of these vouchers and booklets of which something is left.

    A prescriber reaches what its own sites hold or handed over; the others are unknown to it. Raises
    ``TargetIsOutOfBounds``, ``VoucherIsUnknown``, ``BookletIsUnknown``, ``NothingIsLeft``.
    """
    parameters = {"campaign_id": campaign_id, "serials": list(serials), "booklets": list(booklets)}
    papers = [Paper(*row) for row in session.execute(_PAPERS, parameters)]
    if by.role is Role.PRESCRIBER:
        papers = [paper for paper in papers if paper.site_no in own_sites]
    unknown = set(booklets) - {paper.booklet for paper in papers}
    if unknown:
        raise BookletIsUnknown(tuple(sorted(unknown)))
    missing = set(serials) - {paper.serial for paper in papers}
    if missing:
        raise VoucherIsUnknown(tuple(sorted(missing)))
    if not 1 <= len(papers) <= LARGEST_TARGET:
        raise TargetIsOutOfBounds(len(papers))
    kept = [paper for paper in papers if paper.is_left]
    if not kept:
        raise NothingIsLeft(tuple(paper.serial for paper in papers[:20]))
    return kept
