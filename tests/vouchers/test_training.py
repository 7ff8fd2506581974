import pytest
from sqlalchemy import select

from tests.vouchers.acts import every, look_up
from tests.world import World, outcome_of
from voucher_service.ledger import accounts
from voucher_service.vouchers import code, training
from voucher_service.vouchers.code import CodeIsMistyped, CodeIsReserved
from voucher_service.vouchers.lookup import Sorted
from voucher_service.vouchers.refused_codes import RefusedCode
from voucher_service.vouchers.training import CODES, MISTYPED, TrainingCode


def test_the_ten_training_codes_are_well_formed_and_say_that_they_are_for_testing() -> None:
    assert len(set(CODES)) == 10
    assert [code.read(code.grouped(letters).lower()) for letters in CODES] == list(CODES)
    assert all(letters.startswith("TEST") for letters in CODES)


def test_the_mistyped_one_differs_by_one_letter_and_is_caught() -> None:
    assert sum(one != other for one, other in zip(MISTYPED, CODES[0], strict=True)) == 1
    with pytest.raises(CodeIsMistyped):
        code.read(MISTYPED)


def test_no_voucher_is_made_with_a_training_code(monkeypatch: pytest.MonkeyPatch) -> None:
    key, serial = bytes(32), "PN-2026-000001-01"
    body = code.derive(key, serial, 1)[: code.LENGTH]

    monkeypatch.setattr(code, "_RESERVED", frozenset({body}))

    with pytest.raises(CodeIsReserved):
        code.derive(key, serial, 1)


def test_a_real_counter_refuses_a_training_code_and_moves_nothing(given: World) -> None:
    given.campaign()
    shop = given.shop()
    given.in_hand()

    assert outcome_of(lambda: given.redeem_codes([CODES[0]], shop)) is TrainingCode
    [looked] = look_up(given, [CODES[0]], shop)

    assert (looked.outcome, type(looked.reason)) == (Sorted.TRAINING, TrainingCode)
    assert given.balance(accounts.due(shop.venue.no)) == 0
    assert {turned.reason for turned in every(given, select(RefusedCode))} == {"training-code"}


def test_a_training_code_is_never_taken_for_a_guess(given: World) -> None:
    given.campaign()
    shop = given.shop()

    outcomes = [outcome_of(lambda: given.redeem_codes([CODES[9]], shop)) for _ in range(12)]

    assert set(outcomes) == {TrainingCode}


def test_only_the_family_is_for_training() -> None:
    assert [training.is_training(letters) for letters in (CODES[3], MISTYPED)] == [True, False]
