"""Custody: booklets move from one keeper to the next, and the papers with them.

Every move locks its booklets first and relies on where they were when it read them: two moves of one booklet
cannot both be right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, books, journal
from voucher_service.vouchers import register
from voucher_service.vouchers.register import BookletMove, Whereabouts

_USED = text("""
SELECT voucher.booklet, count(*) AS used
FROM voucher
JOIN redemption ON redemption.campaign_id = voucher.campaign_id AND redemption.serial = voucher.serial
WHERE voucher.campaign_id = :campaign_id AND voucher.booklet = ANY(CAST(:booklets AS text[]))
  AND NOT EXISTS (SELECT FROM redemption_reversal AS undone WHERE undone.redemption_id = redemption.id)
GROUP BY voucher.booklet""")
_VALUES = text("""
SELECT account.address, account.version
FROM voucher
JOIN account ON account.campaign_id = voucher.campaign_id
            AND account.address >= 'voucher/' || voucher.serial || '/'
            AND account.address < 'voucher/' || voucher.serial || '0'
WHERE voucher.campaign_id = :campaign_id AND voucher.booklet = ANY(CAST(:booklets AS text[]))""")


@dataclass(frozen=True, slots=True)
class Moved:
    """Booklets that moved: the entry, and the papers of each."""

    entry_no: int
    papers: dict[str, int]


@dataclass(eq=False)
class NoBookletIsNamed(Refusal):
    """Name at least one booklet.

    FR: Indiquez au moins un carnet.
    """

    kind = Kind.INVALID


@dataclass(eq=False)
class BookletsAreElsewhere(Refusal):
    """These booklets are not where this act takes them from: see where each one is.

    FR: Ces carnets ne sont pas là où cet acte les prend : voyez où se trouve chacun.
    """

    places: dict[str, str]


@dataclass(eq=False)
class BookletsAreEmpty(Refusal):
    """Nothing is left in these booklets: every voucher was used, is void or has expired.

    FR: Il ne reste rien dans ces carnets : chaque pass a été utilisé ou annulé, ou a périmé.
    """

    booklets: tuple[str, ...]


def find_at(
    session: Session, *, campaign_id: int, booklets: Sequence[str], places: Sequence[str]
) -> list[Whereabouts]:
    """Return where the booklets are, all of them in one of ``places``.

    Raises ``NoBookletIsNamed``, ``BookletIsUnknown`` or ``BookletsAreElsewhere``.
    """
    if not booklets:
        raise NoBookletIsNamed
    found = register.whereabouts(session, campaign_id=campaign_id, booklets=list(booklets))
    elsewhere = {one.number: one.place for one in found.values() if one.place not in places}
    if elsewhere:
        raise BookletsAreElsewhere(elsewhere)
    return list(found.values())


def move(
    session: Session,
    *,
    act: journal.Act,
    act_id: UUID,
    booklets: Sequence[Whereabouts],
    to: str,
    with_values: bool = False,
) -> Moved:
    """Move what is left of booklets to ``to``, in one entry.

    ``with_values`` also touches every voucher's account: for an act that takes away what a redemption relies
    on (that the booklet is in somebody's hands). Raises ``BookletsAreEmpty``.
    """
    numbers = [booklet.number for booklet in booklets]
    parameters = {"campaign_id": act.campaign_id, "booklets": numbers}
    seen = {accounts.booklet(booklet.number): booklet.version for booklet in booklets}
    if with_values:
        seen |= {row.address: row.version for row in session.execute(_VALUES, parameters)}
    taken = used(session, campaign_id=act.campaign_id, booklets=numbers)
    papers = {booklet.number: booklet.papers - taken.get(booklet.number, 0) for booklet in booklets}
    empty = tuple(number for number in numbers if papers[number] == 0)
    if empty:
        raise BookletsAreEmpty(empty)
    leaving: dict[str, int] = {}
    for booklet in booklets:
        leaving[booklet.place] = leaving.get(booklet.place, 0) + papers[booklet.number]
    transfers = [journal.Transfer(place, to, count, books.PAPERS) for place, count in leaving.items()]
    posted = journal.post(session, act, transfers, seen=seen)
    versions = {booklet.number: booklet.version for booklet in booklets}
    record_moves(session, act=act, act_id=act_id, versions=versions, to=to, entry_no=posted.no)
    return Moved(posted.no, papers)


def begun(session: Session, *, campaign_id: int, booklets: Sequence[str]) -> set[str]:
    """Return those of the booklets from which a voucher was taken and not given back."""
    return set(used(session, campaign_id=campaign_id, booklets=booklets))


def used(session: Session, *, campaign_id: int, booklets: Sequence[str]) -> dict[str, int]:
    """Count the vouchers taken and not given back, for each booklet that has any."""
    rows = session.execute(_USED, {"campaign_id": campaign_id, "booklets": list(booklets)})
    return {row.booklet: row.used for row in rows}


def record_moves(
    session: Session,
    *,
    act: journal.Act,
    act_id: UUID,
    versions: Mapping[str, int],
    to: str,
    entry_no: int,
) -> None:
    """Write where booklets came to, each with the version on which its move relied: one fact per turn."""
    session.execute(
        insert(BookletMove),
        [
            {
                "campaign_id": act.campaign_id,
                "booklet": number,
                "turn": version + 1,
                "place": to,
                "act": act.kind,
                "act_id": act_id,
                "entry_no": entry_no,
                "effective_on": act.effective_on,
            }
            for number, version in versions.items()
        ],
    )
