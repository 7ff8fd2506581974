"""Production: serials, codes and patterns of new booklets; papers come into the charge of the campaign.

Nothing is worth anything yet: the accounts are there, empty. A batch is produced in one transaction,
whatever its size; codes stream to the database and are never held together in memory.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, LargeBinary, UniqueConstraint, func, insert, select, text
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.keyset import Order
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, books, journal
from voucher_service.vouchers import ceiling, code, patterns, register

Progress = Callable[[int, int], None]
LARGEST_BATCH = 100_000
_CHUNK = 1_000


class Batch(Base):
    """Booklets that were produced together, under one key, from one booklet to another."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("campaign_id", "first_booklet"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(unique=True)
    first_booklet: Mapped[int] = mapped_column(Integer)
    last_booklet: Mapped[int] = mapped_column(Integer)
    key_mark: Mapped[bytes | None] = mapped_column(LargeBinary)
    produced_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


@dataclass(eq=False)
class BatchIsOutOfBounds(Refusal):
    """A batch holds at least 1 booklet and at most 100 000 vouchers: split a larger order.

    FR: Un lot compte au moins 1 carnet et au plus 100 000 pass : partagez une commande plus grande.
    """

    kind = Kind.INVALID
    booklets: int


@dataclass(eq=False)
class BatchIsUnknown(Refusal):
    """The campaign has no batch with this number: list its batches first.

    FR: La campagne n'a pas de lot portant ce numéro : consultez la liste de ses lots.
    """

    kind = Kind.UNKNOWN
    no: int


def produce(
    session: Session,
    *,
    series: str,
    booklets: int,
    on: date,
    at: datetime,
    by: Actor,
    keyring: Keyring,
    batch_id: UUID | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Batch:
    """Produce ``booklets`` new booklets of the campaign; a ``batch_id`` that was produced is not produced again.

    ``progress`` hears (vouchers done, vouchers in all) as codes are written. Raises ``BatchIsOutOfBounds``,
    ``CampaignIsBlocked``, ``CeilingIsReached``.
    """
    campaign = _open_to_order(session, series=series, booklets=booklets)
    done = session.scalars(select(Batch).where(Batch.id == batch_id)).one_or_none()
    if done is not None:
        return done
    batch_id = batch_id or new_id()
    mark = keyring.batch_mark(batch_id)
    batch = _number(session, campaign, booklets, batch_id=batch_id, mark=mark, on=on, at=at, by=by)
    _write_booklets(session, campaign, batch)
    _write_vouchers(session, campaign, batch)
    _take_in_charge(session, campaign, batch, by)
    _write_codes(session, campaign, batch, keyring, progress)
    return batch


def orderable(session: Session, *, series: str, booklets: int) -> Campaign:
    """Return the campaign if so many booklets can be produced for it, without producing any.

    Raises ``CampaignIsUnknown``, ``CampaignIsBlocked``, ``BatchIsOutOfBounds``, ``CeilingIsReached``.
    """
    campaign = _open_to_order(session, series=series, booklets=booklets)
    ceiling.refuse_beyond(campaign, produced=_last(session, campaign)[1], booklets=booklets)
    return campaign


def get(session: Session, *, series: str, no: int) -> Batch:
    """Return a campaign's batch by its number, or raise ``BatchIsUnknown``."""
    batch = session.get(Batch, (campaigns.get(session, series).id, no))
    if batch is None:
        raise BatchIsUnknown(no)
    return batch


def search(
    session: Session,
    *,
    series: str,
    booklet: int | None = None,
    order: Order = Order.OLDEST,
    after: int | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[Batch]:
    """List a campaign's batches, or the one of the ``booklet`` th booklet. Raises ``CampaignIsUnknown``."""
    wanted = select(Batch).where(Batch.campaign_id == campaigns.get(session, series).id)
    if booklet is not None:
        wanted = wanted.where(Batch.first_booklet <= booklet, Batch.last_booklet >= booklet)
    newest = order is Order.NEWEST
    page = keyset.page(wanted, Batch.no, after=after, start=start, limit=limit, newest_first=newest)
    return list(session.scalars(page))


def serials(campaign: Campaign, batch: Batch) -> Iterator[str]:
    """Name every serial of a batch, in order."""
    for ordinal in range(batch.first_booklet, batch.last_booklet + 1):
        number = register.booklet_number(campaign.series, ordinal)
        yield from (register.serial_of(number, place) for place in range(1, campaign.booklet_size + 1))


def _open_to_order(session: Session, *, series: str, booklets: int) -> Campaign:
    campaign = campaigns.get(session, series)
    campaigns.refuse_if_blocked(session, campaign)
    if not 1 <= booklets * campaign.booklet_size <= LARGEST_BATCH:
        raise BatchIsOutOfBounds(booklets)
    return campaign


def _last(session: Session, campaign: Campaign) -> tuple[int, int]:
    last = select(func.coalesce(func.max(Batch.no), 0), func.coalesce(func.max(Batch.last_booklet), 0))
    no, booklet = session.execute(last.where(Batch.campaign_id == campaign.id)).one()
    return no, booklet


def _number(
    session: Session,
    campaign: Campaign,
    booklets: int,
    *,
    batch_id: UUID,
    mark: bytes,
    on: date,
    at: datetime,
    by: Actor,
) -> Batch:
    # Two productions at once take the same numbers: the second waits on the unique key, then runs again. So the
    # ceiling is asked of the very numbers that are taken.
    no, last_booklet = _last(session, campaign)
    ceiling.refuse_beyond(campaign, produced=last_booklet, booklets=booklets)
    values = {
        "campaign_id": campaign.id,
        "no": no + 1,
        "id": batch_id,
        "first_booklet": last_booklet + 1,
        "last_booklet": last_booklet + booklets,
        "key_mark": mark,
        "produced_on": on,
        "at": at,
        "by": by.user_id,
    }
    session.execute(insert(Batch).values(**values))
    return session.get_one(Batch, (campaign.id, no + 1))


def _write_booklets(session: Session, campaign: Campaign, batch: Batch) -> None:
    session.execute(
        text("""
            WITH made AS (
                INSERT INTO booklet (campaign_id, number, ordinal, batch_no)
                SELECT :campaign_id, :series || '-' || lpad(n::text, greatest(6, length(n::text)), '0'), n, :batch_no
                FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n
                RETURNING number
            )
            INSERT INTO account (campaign_id, address) SELECT :campaign_id, 'booklet/' || number FROM made"""),
        {
            "campaign_id": campaign.id,
            "series": campaign.series,
            "batch_no": batch.no,
            "first": batch.first_booklet,
            "last": batch.last_booklet,
        },
    )


def _write_vouchers(session: Session, campaign: Campaign, batch: Batch) -> None:
    count = (batch.last_booklet - batch.first_booklet + 1) * campaign.booklet_size
    key = campaigns.key_of(session, campaign.id)
    circle = patterns.lay_out(
        count,
        campaign.face_cents,
        advanced={part.funder: part.advanced_parts for part in key},
        borne={part.funder: part.borne_parts for part in key},
    )
    session.execute(
        text("""
            WITH made AS (
                INSERT INTO voucher (campaign_id, serial, booklet, position, colour)
                SELECT :campaign_id, number || '-' || lpad(place::text, 2, '0'), number, place, pattern.colour
                FROM booklet
                CROSS JOIN generate_series(1, CAST(:size AS integer)) AS place
                JOIN unnest(CAST(:firsts AS bigint[]), CAST(:lasts AS bigint[]), CAST(:colours AS integer[]))
                    AS pattern (first, last, colour)
                  ON ((ordinal - :first) * CAST(:size AS bigint) + place - 1) * :stride % :count
                     BETWEEN pattern.first AND pattern.last
                WHERE campaign_id = :campaign_id AND batch_no = :batch_no
                RETURNING serial
            )
            INSERT INTO account (campaign_id, address) SELECT :campaign_id, 'voucher/' || serial || '/1' FROM made"""),
        {
            "campaign_id": campaign.id,
            "batch_no": batch.no,
            "size": campaign.booklet_size,
            "first": batch.first_booklet,
            "count": count,
            "stride": patterns.stride(count),
            "firsts": [pattern.first for pattern in circle],
            "lasts": [pattern.last for pattern in circle],
            "colours": [
                books.colour_of(session, campaign_id=campaign.id, shares=pattern.shares) for pattern in circle
            ],
        },
    )


def _take_in_charge(session: Session, campaign: Campaign, batch: Batch, by: Actor) -> None:
    posted = journal.post_set(
        session,
        journal.Act(campaign.id, "produce", batch.produced_on, by.user_id),
        chosen="SELECT number FROM booklet WHERE campaign_id = :campaign_id AND batch_no = :batch_no",
        guards="""
            SELECT address, delta, CAST(NULL AS bigint) AS seen, row_number() OVER (ORDER BY shared, address) AS place
            FROM (SELECT 'booklet/' || number AS address, :size AS delta, false AS shared FROM chosen
                  UNION ALL SELECT :stock, count(*) * :size, true FROM chosen) AS held""",
        transfers="""
            SELECT :taken, :stock, count(*) * :size, 0, 1 FROM chosen
            UNION ALL
            SELECT :bound, 'booklet/' || number, :size, 0, 1 + row_number() OVER (ORDER BY number) FROM chosen""",
        batch_no=batch.no,
        size=campaign.booklet_size,
        stock=accounts.STOCK,
        taken=accounts.TAKEN_IN_CHARGE,
        bound=accounts.BOUND,
    )
    session.execute(
        text("""
            INSERT INTO booklet_move (campaign_id, booklet, turn, place, act, act_id, entry_no, effective_on)
            SELECT :campaign_id, number, 1, :place, 'produce', :act_id, :entry_no, :effective_on
            FROM booklet WHERE campaign_id = :campaign_id AND batch_no = :batch_no"""),
        {
            "campaign_id": campaign.id,
            "batch_no": batch.no,
            "place": accounts.STOCK,
            "act_id": batch.id,
            "entry_no": posted.no,
            "effective_on": batch.produced_on,
        },
    )


def _write_codes(
    session: Session, campaign: Campaign, batch: Batch, keyring: Keyring, progress: Progress
) -> None:
    total = (batch.last_booklet - batch.first_booklet + 1) * campaign.booklet_size
    key, pepper = keyring.batch(batch.id), keyring.code_pepper()
    cursor = session.connection().connection.cursor()
    names, done = serials(campaign, batch), 0
    with cursor.copy("COPY code (mac, campaign_id, serial, issue) FROM STDIN") as copy:
        while chunk := list(islice(names, _CHUNK)):
            for serial in chunk:
                copy.write_row((code.mac(pepper, code.derive(key, serial, 1)), campaign.id, serial, 1))
            done += len(chunk)
            progress(done, total)
