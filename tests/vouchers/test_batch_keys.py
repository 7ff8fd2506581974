"""A batch is printed with the key it was made with, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text

from tests.vouchers.acts import every, printed, start_printing
from tests.world import World, new_keyring, serials_of
from voucher_service.vouchers import batch_keys
from voucher_service.vouchers.batch_keys import KeyIsNotThisBatchs
from voucher_service.vouchers.printing.runs import PrintRun
from voucher_service.vouchers.register import CodeMac


@pytest.fixture
def after_the_loss(given: World, tmp_path: Path) -> World:
    """Give the same world once its ``codes.key`` was lost and another put in its place."""
    return replace(given, keyring=new_keyring(tmp_path))


def test_a_batch_made_under_a_lost_key_is_not_printed(given: World, after_the_loss: World) -> None:
    given.campaign()
    given.produced(2)
    run = start_printing(given, 1, 1)

    with pytest.raises(KeyIsNotThisBatchs) as refused:
        start_printing(after_the_loss, 2, 2)
    with pytest.raises(KeyIsNotThisBatchs):
        printed(after_the_loss, run)

    assert refused.value.batches == [1]
    assert given.do(lambda s: s.scalar(select(func.count()).select_from(PrintRun))) == 1
    assert len(printed(given, run)) == 10


def test_only_the_batches_of_the_range_count(given: World, after_the_loss: World) -> None:
    given.campaign()
    given.produced(2)
    after_the_loss.produced(1)

    assert len(printed(after_the_loss, start_printing(after_the_loss, 3, 3))) == 10
    with pytest.raises(KeyIsNotThisBatchs) as refused:
        start_printing(after_the_loss, 2, 3)

    assert refused.value.batches == [1]


def test_a_paper_made_under_a_lost_key_is_not_replaced(given: World, after_the_loss: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()
    codes = len(every(given, select(CodeMac.mac)))

    with pytest.raises(KeyIsNotThisBatchs):
        after_the_loss.replace(serials=[serial])

    assert len(every(given, select(CodeMac.mac))) == codes
    assert given.redeem([serial], shop).total_cents == 1_000


def test_the_batches_whose_key_is_lost_are_listed(given: World, after_the_loss: World) -> None:
    given.campaign()
    given.produced(1)
    after_the_loss.produced(1)

    assert [batch.no for batch in given.do(lambda s: batch_keys.lost(s, keyring=given.keyring))] == [2]
    others = given.do(lambda s: batch_keys.lost(s, keyring=after_the_loss.keyring))
    assert [batch.no for batch in others] == [1]


def test_a_batch_of_before_the_marks_is_trusted(lived_without_marks: World, tmp_path: Path) -> None:
    other = replace(lived_without_marks, keyring=new_keyring(tmp_path))

    assert len(printed(other, start_printing(other, 1, 1))) == 10
    assert other.do(lambda s: batch_keys.lost(s, keyring=other.keyring)) == []


@pytest.fixture
def lived_without_marks(committed: World, owner_url: str) -> World:
    """Give a batch as it was written before marks were kept."""
    committed.campaign()
    committed.produced(1)
    owner = create_engine(owner_url)
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE batch DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE batch SET key_mark = NULL"))
    owner.dispose()
    return committed
