"""A campaign that has lived: every act was done at least once, so every promise has something to be broken on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session

from tests.settlement.camt import entry
from tests.settlement.office import Scene, opened
from tests.world import NOW, TODAY, Desk, World, serials_of
from voucher_service.funding import deposits, suspense
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.finding import Finding
from voucher_service.reports import findings
from voucher_service.vouchers import allocation, giving_back, handover, stock_count

AFTER_ITS_TIME = TODAY.replace(year=TODAY.year + 1)


def lived(world: World) -> Scene:
    """Do every act of a campaign once or more, and return the scene as it is then.

    Booklet 1: four used (one given back and used again, one given back too late), of which two are paid.
    2: two void, two replaced. 3: handover inferred. 4: never activated, a voucher void and one replaced.
    5: given back by the person. 6: lost on the way. 7: handover undone. 8: returned to the stock. 9: missing at a count
    and found again. 10: not found at the last count.
    """
    scene = opened(world, booklets=1)
    office, desk = scene.office, world.desk()
    first = office.earned(scene.shop, scene.serials[:4])
    office.reverse(first[0], by=scene.shop.clerk)
    again = office.earned(scene.other, scene.serials[:1])
    office.approved()
    office.hear(
        entry("30.00", reference="A", end_to_end="PN-2026-R1-1"),
        entry("10.00", reference="B", end_to_end="PN-2026-R1-2"),
    )
    office.reverse(again[0])
    world.reverse(first[3], world.finance, run=1, on=AFTER_ITS_TIME)
    [second] = world.in_hand(1, desk)
    world.void(serials=serials_of(second)[:2])
    world.replace(serials=serials_of(second)[2:4])
    [third] = world.active(1)
    world.allocate([third], desk)
    world.redeem(serials_of(third)[:2], scene.shop)
    [fourth] = world.produced(1)
    world.void(serials=serials_of(fourth)[:1])
    world.replace(serials=serials_of(fourth)[1:2])
    [fifth] = world.in_hand(1, desk)
    _give_back(world, fifth, desk.site.id, desk.worker)
    _lose(world, world.active(1), desk)
    [seventh] = world.active(1)
    _undo(world, seventh, desk)
    [eighth] = world.active(1)
    world.allocate([eighth], desk)
    _return(world, eighth, desk.site.id, desk.worker)
    _count_twice(world, [fifth, seventh], desk)
    _money(world)
    return scene


@contextmanager
def unstopped(owner_url: str) -> Iterator[Session]:
    """Give the books to an owner whom no trigger stops; what he does stays until he is gone."""
    engine = create_engine(owner_url)
    with Session(engine) as session:
        session.execute(text("SET session_replication_role = replica"))
        yield session
    engine.dispose()


@contextmanager
def tampered(engine: Engine, damage: str) -> Iterator[Session]:
    """Do to the books what only their owner could, triggers off; nothing of it stays."""
    with engine.connect() as connection, connection.begin() as everything:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in damage.split(";"):
            assert connection.execute(text(statement)).rowcount, f"nothing was broken by: {statement}"
        yield _session(connection)
        everything.rollback()


def found(session: Session) -> set[str]:
    """Name the checks that find something."""
    return {finding.check for finding in all_found(session)}


def all_found(session: Session) -> list[Finding]:
    """Run every check."""
    return findings.findings(session)


def _session(connection: Connection) -> Session:
    return Session(connection, join_transaction_mode="create_savepoint")


def _give_back(world: World, booklet: str, site_id: UUID, worker: Actor) -> None:
    world.do(
        lambda s: giving_back.give_back(
            s, series=world.series, booklet=booklet, site_id=site_id, on=TODAY, at=NOW, by=worker
        )
    )


def _undo(world: World, booklet: str, desk: Desk) -> None:
    world.allocate([booklet], desk)
    undone = world.hand_over([booklet], desk)
    world.do(lambda s: handover.undo(s, handover_id=undone.id, on=TODAY, at=NOW, by=desk.worker))


def _return(world: World, booklet: str, site_id: UUID, worker: Actor) -> None:
    world.do(
        lambda s: allocation.send_back(
            s, series=world.series, booklets=[booklet], site_id=site_id, on=TODAY, at=NOW, by=worker
        )
    )


def _count_twice(world: World, there: list[str], desk: Desk) -> None:
    ninth, tenth = world.active(2)
    world.allocate([ninth, tenth], desk)
    _count(world, there, desk)
    _count(world, [*there, ninth], desk)


def _count(world: World, seen: list[str], desk: Desk) -> None:
    world.do(
        lambda s: stock_count.count(
            s, series=world.series, site_id=desk.site.id, seen=seen, on=TODAY, at=NOW, by=desk.worker
        )
    )


def _lose(world: World, booklets: list[str], desk: Desk) -> None:
    sent = world.do(
        lambda s: allocation.send(
            s,
            series=world.series,
            booklets=booklets,
            site_id=desk.site.id,
            on=TODAY,
            at=NOW,
            by=world.operator,
        )
    )
    world.do(
        lambda s: allocation.receive(
            s, allocation_id=sent.id, counted=0, missing=booklets, on=TODAY, at=NOW, by=desk.worker
        )
    )


def _money(world: World) -> None:
    world.pledge(50_000)
    world.deposit(20_000)
    world.deposit(777, None, "UNKNOWN")
    world.deposit(900, None, "FOUND")
    _clear(world)
    world.do(
        lambda s: deposits.refund(
            s,
            series=world.series,
            funder="metropole",
            amount_cents=1_500,
            reference="Restitution",
            paid_on=TODAY,
            at=NOW,
            by=world.finance,
        )
    )


def _clear(world: World) -> None:
    said: dict[str, Any] = {
        "deposit": "FOUND",
        "reason": "Retrouvé",
        "decided_on": TODAY,
        "at": NOW,
        "by": world.finance,
    }
    world.do(
        lambda s: suspense.attribute(
            s, series=world.series, funder="metropole", amount_cents=600, reference="DEC-1", **said
        )
    )
    world.do(
        lambda s: suspense.send_back(s, series=world.series, amount_cents=300, reference="RET-1", **said)
    )
