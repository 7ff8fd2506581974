"""Expired value becomes what each funder is to get back, by what it advanced, to the cent."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.conftest import Workspace
from tests.expiring import approve, colleague, over, pay, prepare, release
from tests.world import World, in_session, outcome_of, serials_of
from voucher_service.funding import campaigns, releases
from voucher_service.funding.releases import NothingHasExpired
from voucher_service.funding.terms import DueOn, KeyPart
from voucher_service.kernel.keys import Keyring
from voucher_service.ledger import accounts, record
from voucher_service.reports import findings


def test_what_expired_is_owed_to_whoever_advanced_it(given: World) -> None:
    given.campaign()
    given.in_hand(2)
    over(given)
    shares = given.do(lambda s: releases.expired_shares(s, campaign_id=campaigns.get(s, given.series).id))
    assert shares == {"metropole": 20_000}

    fact = release(given)

    assert (fact.amount_cents, fact.shares) == (20_000, {"metropole": 20_000})
    assert given.balance(accounts.EXPIRED) == 0
    assert given.balance(accounts.refund("metropole")) == 20_000
    assert given.balance(accounts.refund("etat")) == 0


def test_what_expired_is_shared_out_once(given: World) -> None:
    given.campaign()
    assert outcome_of(lambda: release(given)) is NothingHasExpired
    given.in_hand()
    over(given)

    release(given)

    assert outcome_of(lambda: release(given)) is NothingHasExpired
    listed = given.do(lambda s: releases.search(s, series=given.series, by=given.finance))
    assert [one.amount_cents for one in listed] == [10_000]


@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@for_all(
    parts=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=4).filter(
        lambda parts: all(a + b for a, b in parts) and all(sum(side) for side in zip(*parts, strict=True))
    ),
    face=st.sampled_from([100, 999, 1000, 1001, 1753]),
    used=st.integers(0, 6),
    void=st.integers(0, 3),
)
def test_for_any_key_every_cent_comes_back_to_whom_advanced_it(
    workspace: Workspace,
    keyring: Keyring,
    parts: list[tuple[int, int]],
    face: int,
    used: int,
    void: int,
) -> None:
    with workspace.clean().engine.connect() as connection, connection.begin() as everything:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            world = in_session(session, keyring)
            key = [KeyPart(f"f{no}", a, b, DueOn.USED) for no, (a, b) in enumerate(parts)]
            _lives(world, key, face, used, void)
            release(world)
            _goes_back(world, [part.funder for part in key])
            record.sequence(session, campaign_id=campaigns.get(session, world.series).id)
            assert findings.findings(session) == []
        everything.rollback()


def _lives(world: World, key: list[KeyPart], face: int, used: int, void: int) -> None:
    world.campaign(key=key, face_cents=face)
    for part in key:
        world.funds(10 * face, part.funder)
    [booklet] = world.produced()
    world.activate([booklet])
    desk, shop = world.desk(), world.shop()
    world.allocate([booklet], desk)
    world.hand_over([booklet], desk)
    serials = serials_of(booklet)
    if used:
        world.redeem(serials[:used], shop)
    if void:
        world.void(serials=serials[-void:])
    over(world)


def _goes_back(world: World, funders: list[str]) -> None:
    second = colleague(world)
    for funder in funders:
        cents = world.balance(accounts.refund(funder))
        if cents:
            refund = prepare(world, cents, funder=funder)
            approve(world, refund, second)
            pay(world, refund)
    assert [world.balance(accounts.refund(funder)) for funder in funders] == [0] * len(funders)
