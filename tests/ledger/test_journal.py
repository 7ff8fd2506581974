"""Journal: value moves by balanced entries, past guards, or not at all."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from tests.ledger.conftest import DAY, EMPTY, FULL, Books, euros
from voucher_service.kernel.database import Database, SomeoneWasFaster
from voucher_service.ledger import accounts, audit, books, journal
from voucher_service.ledger.journal import EntryIsAlreadyReversed, GuardIsMissed, Transfer

LARGEST = 2**63 - 1
WRITTEN = text("""
SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM transfer), (SELECT count(*) FROM to_record),
       (SELECT sum(balance) FROM account), (SELECT sum(version) FROM account)""")


def written(session: Session) -> tuple[int, ...]:
    return tuple(session.execute(WRITTEN).one())


def test_an_entry_moves_value_between_counters_and_waits_for_its_place(session: Session, mine: Books) -> None:
    before = written(session)

    posted = mine.move(session, FULL, EMPTY, 300)

    assert mine.counter(session, FULL) == (700, 2)
    assert mine.counter(session, EMPTY) == (300, 1)
    assert written(session)[:3] == tuple(count + 1 for count in before[:3])
    assert journal.moves(session, campaign_id=mine.campaign_id, entry_no=posted.no) == [
        euros(FULL, EMPTY, 300)
    ]


def test_a_guard_that_would_run_short_is_missed_and_leaves_nothing(session: Session, mine: Books) -> None:
    before = written(session)

    with pytest.raises(GuardIsMissed):
        mine.move(session, FULL, "venue/1/due", 1_001)

    assert written(session) == before


def test_one_missed_guard_among_many_leaves_nothing_of_the_others(database: Database, shared: Books) -> None:
    transfers = [euros(FULL, EMPTY, 600), euros("funds/poor", EMPTY, 1)]
    with database.transaction() as session:
        accounts.open_accounts(session, campaign_id=shared.campaign_id, addresses=["funds/poor"])
        before = written(session)

    with pytest.raises(GuardIsMissed), database.transaction() as session:
        shared.post(session, transfers)

    with database.transaction() as session:
        assert written(session) == before


@pytest.mark.parametrize("transfers", [[("funds/closed", EMPTY)], [("funds/closed", "bank")]])
def test_an_account_that_was_never_opened_guards_nothing_so_nothing_moves(
    session: Session, mine: Books, transfers: list[tuple[str, str]]
) -> None:
    before = written(session)

    with pytest.raises(GuardIsMissed), session.begin_nested():
        mine.post(session, [euros(debit, credit, 1) for debit, credit in transfers])

    assert written(session) == before


def test_an_account_that_changed_since_it_was_read_is_missed(session: Session, mine: Books) -> None:
    _, version = mine.counter(session, FULL)
    mine.move(session, FULL, EMPTY, 1)

    with pytest.raises(GuardIsMissed):
        mine.move(session, FULL, EMPTY, 1, seen={FULL: version})


def test_an_account_that_an_act_only_relies_on_is_touched(session: Session, mine: Books) -> None:
    _, version = mine.counter(session, EMPTY)

    mine.move(session, "bank", "venue/1/due", 5, seen={EMPTY: version})

    assert mine.counter(session, EMPTY) == (0, version + 1)
    with pytest.raises(GuardIsMissed):
        mine.move(session, "bank", "venue/1/due", 5, seen={EMPTY: version})


def test_a_command_that_keeps_missing_its_guard_is_told_so_in_the_end(
    database: Database, shared: Books
) -> None:
    with pytest.raises(SomeoneWasFaster):
        database.run(lambda session: shared.move(session, EMPTY, FULL, 1))


def test_a_reversal_is_the_mirror_of_its_entry(session: Session, mine: Books) -> None:
    posted = mine.post(session, [euros(FULL, EMPTY, 300), euros("bank", "suspense", 7)])

    back = journal.reverse(session, mine.act(reverses=posted.no))

    assert journal.moves(session, campaign_id=mine.campaign_id, entry_no=back.no) == [
        euros(EMPTY, FULL, 300),
        euros("suspense", "bank", 7),
    ]
    assert mine.counter(session, FULL)[0] == 1_000


def test_an_entry_is_reversed_once(session: Session, mine: Books) -> None:
    posted = mine.move(session, FULL, EMPTY, 300)
    journal.reverse(session, mine.act(reverses=posted.no))

    with pytest.raises(EntryIsAlreadyReversed):
        journal.reverse(session, mine.act(reverses=posted.no))


def test_each_line_of_a_basket_is_reversed_once(session: Session, mine: Books) -> None:
    posted = mine.post(session, [euros(FULL, EMPTY, 300), euros(FULL, EMPTY, 200)])
    for line in (1, 2):
        journal.post(session, mine.act(reverses=posted.no, reverses_line=line), [euros(EMPTY, FULL, 100)])

    with pytest.raises(IntegrityError, match="uq_entry_reverses"):
        journal.post(session, mine.act(reverses=posted.no, reverses_line=2), [euros(EMPTY, FULL, 100)])


def test_of_sixteen_people_who_reverse_one_entry_one_does(database: Database, shared: Books) -> None:
    posted = database.run(lambda session: shared.move(session, FULL, EMPTY, 300))
    together = Barrier(8)

    def attempt(_: int) -> str:
        together.wait()
        try:
            database.run(lambda session: journal.reverse(session, shared.act(reverses=posted.no)))
        except EntryIsAlreadyReversed:
            return "refused"
        return "reversed"

    with ThreadPoolExecutor(8) as pool:
        outcomes = [*pool.map(attempt, range(8)), *pool.map(attempt, range(8))]

    assert sorted(outcomes) == ["refused"] * 15 + ["reversed"]


def test_a_reversal_that_names_no_entry_is_a_mistake_of_the_program(session: Session, mine: Books) -> None:
    with pytest.raises(ValueError, match="names the entry"):
        journal.reverse(session, mine.act())


def test_amounts_go_as_far_as_the_database_counts(session: Session, mine: Books) -> None:
    mine.move(session, "bank", "suspense", LARGEST)

    mine.move(session, "bank", EMPTY, LARGEST)

    assert mine.counter(session, EMPTY)[0] == LARGEST


@pytest.mark.parametrize("credit", [FULL, EMPTY, "suspense"])
def test_a_sum_beyond_what_the_database_counts_moves_nothing(
    database: Database, shared: Books, credit: str
) -> None:
    with database.transaction() as session:
        before = written(session)
    amount = LARGEST if credit == FULL else LARGEST + 1

    with pytest.raises(DataError), database.transaction() as session:
        shared.move(session, "bank", credit, amount)

    with database.transaction() as session:
        assert written(session) == before


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_than_nothing_cannot_be_moved(session: Session, mine: Books, amount: int) -> None:
    with pytest.raises(IntegrityError, match="moves_something"):
        mine.move(session, "bank", "suspense", amount)


def test_value_that_stays_where_it_is_is_no_transfer(session: Session, mine: Books) -> None:
    with pytest.raises(IntegrityError, match="moves_somewhere"):
        mine.move(session, "suspense", "suspense", 5)


def test_a_set_chosen_in_one_view_is_guarded_and_moved_in_one_statement(
    session: Session, mine: Books
) -> None:
    posted = journal.post_set(
        session,
        mine.act(),
        chosen="SELECT address, balance, version FROM account WHERE campaign_id = :campaign_id AND balance > :least",
        guards="SELECT address, -balance AS delta, version AS seen, row_number() OVER () AS place FROM chosen",
        transfers="SELECT address, 'bank', balance, 1, row_number() OVER (ORDER BY address) FROM chosen",
        least=0,
    )

    assert mine.counter(session, FULL)[0] == 0
    assert journal.moves(session, campaign_id=mine.campaign_id, entry_no=posted.no) == [
        Transfer(FULL, "bank", 1_000, books.UNATTRIBUTED)
    ]


def test_eight_people_who_move_between_the_same_accounts_never_deadlock(
    database: Database, shared: Books
) -> None:
    addresses = [f"{kind}/{number}" for kind in ("voucher/A", "run", "funds") for number in range(4)]

    def fill(session: Session) -> None:
        accounts.open_accounts(session, campaign_id=shared.campaign_id, addresses=addresses)
        shared.post(session, [euros("bank", address, 1_000) for address in addresses])

    database.run(fill)

    def shuffle(seed: int) -> int:
        chance = random.Random(seed)  # noqa: S311 -- a repeatable disorder
        done = 0
        for _ in range(40):
            chosen = chance.sample(addresses, 6)
            pairs = zip(chosen[:3], chosen[3:], strict=True)
            # No retry here: a deadlock would be seen.
            with database.transaction() as session:
                shared.post(session, [euros(debit, credit, 1) for debit, credit in pairs])
            done += 1
        return done

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(shuffle, range(8))) == [40] * 8

    with database.snapshot() as session:
        assert [finding for check in audit.CHECKS for finding in check(session)] == []
        held = accounts.seen(session, campaign_id=shared.campaign_id, addresses=addresses)
        assert sum(balance for balance, _ in held.values()) == 12_000


def test_an_entry_says_when_it_counts_and_who_did_it(session: Session, mine: Books) -> None:
    posted = mine.move(session, FULL, EMPTY, 1)

    entry = session.get_one(journal.Entry, (mine.campaign_id, posted.no))

    assert (entry.effective_on, entry.kind, entry.by.int) == (DAY, "test", 7)
    assert entry.recorded_at == posted.recorded_at
    assert entry.recorded_at.tzinfo is not None
