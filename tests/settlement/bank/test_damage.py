"""Five hundred damaged files of a bank: none breaks anything, and nothing is posted from a line that is not ours.

The files are valid ones with bytes changed, cut out, doubled or swapped, always the same ones (a seed). What is
still read after that is held to the books: each entry moved what its lines say, each payment is one that was ordered.
"""

import random
from collections import Counter

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.settlement.bank.told import credit, day, fee, notice
from tests.settlement.camt import balance, entry
from tests.settlement.office import Scene
from tests.settlement.pain002 import answer, said
from tests.world import NOW, TODAY
from voucher_service.funding import audit as funding
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement import audit
from voucher_service.settlement.bank import audit as bank
from voucher_service.settlement.bank import hearing

FILES = 500
_CHECKS = (
    bank.movements_are_in_the_books,
    bank.charges_are_told_by_the_bank,
    audit.runs_keep_what_is_not_paid,
    audit.dues_are_what_redemptions_say,
    funding.money_answers_for_everything,
    funding.deposits_are_in_the_books,
)
_OTHERS_THAN_ORDERED = text("""
SELECT count(*) FROM payment_outcome AS outcome
JOIN run_payment AS payment ON payment.campaign_id = outcome.campaign_id AND payment.run_no = outcome.run_no
                           AND payment.no = outcome.payment_no
WHERE outcome.amount_cents <> payment.amount_cents""")
_MONEY_IN = text("SELECT coalesce(sum(amount_cents), 0) FROM deposit")


def _another_digit(broken: bytearray, at: int, dice: random.Random) -> None:
    digits = [place for place, byte in enumerate(broken) if chr(byte).isdigit()]
    broken[dice.choice(digits)] = dice.choice(b"0123456789")


def _another_letter(broken: bytearray, at: int, dice: random.Random) -> None:
    words = [place for place in range(1, len(broken) - 1) if chr(broken[place]).isalpha()]
    broken[dice.choice(words)] = dice.choice(b"ABCDEFGHKLMNPRSTabcdefghk")


def _another_byte(broken: bytearray, at: int, dice: random.Random) -> None:
    broken[at] = dice.randrange(256)


def _cut_out(broken: bytearray, at: int, dice: random.Random) -> None:
    del broken[at : at + dice.randint(1, 40)]


def _doubled(broken: bytearray, at: int, dice: random.Random) -> None:
    broken[at:at] = broken[at : at + dice.randint(1, 400)]


def _moved(broken: bytearray, at: int, dice: random.Random) -> None:
    elsewhere = dice.randrange(len(broken))
    broken[elsewhere:elsewhere] = broken[at : at + dice.randint(1, 40)]


def _cut_short(broken: bytearray, at: int, dice: random.Random) -> None:
    del broken[at:]


_DAMAGES = (
    *[_another_digit] * 6,
    *[_another_letter] * 4,
    _another_byte,
    _cut_out,
    _doubled,
    _moved,
    _cut_short,
)


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Change a file in one or two places."""
    broken = bytearray(data)
    for _ in range(dice.randint(1, 2)):
        if len(broken) > 1:
            dice.choice(_DAMAGES)(broken, dice.randrange(1, len(broken)), dice)
    return bytes(broken)


def test_no_damaged_file_breaks_anything_or_posts_what_was_not_ordered(
    scene: Scene, session: Session
) -> None:
    office = scene.office
    office.earned(scene.shop, scene.serials[:2])
    office.earned(scene.other, scene.serials[2:5])
    office.export(office.approved())
    office.world.pledge(90_000)
    movements = (
        entry("20.00", reference="P-1", end_to_end="PN-2026-R1-1"),
        entry("30.00", reference="P-2", end_to_end="PN-2026-R1-2"),
        credit("500.00", reference="D-1", name="Metropole"),
        fee("3.50"),
    )
    whole = (
        day(balance("OPBD", "100.00"), balance("CLBD", "546.50"), *movements),
        notice(*movements),
        answer(said("PN-2026-R1-1", "RJCT", "AC04"), said("PN-2026-R1-2", "ACCP")),
    )
    before = session.execute(_MONEY_IN).scalar_one()
    kinds: set[Kind] = set()
    dice, outcomes, read = random.Random(20_260_615), Counter[str](), 0  # noqa: S311 -- the same files each time

    for number in range(FILES):
        data = damaged(whole[number % len(whole)], dice)
        with session.begin_nested() as undone:
            try:
                hearing.hear(session, data=data, on=TODAY, at=NOW, by=office.clerk)
            except Refusal as refusal:
                outcomes[refusal.code()] += 1
                kinds.add(refusal.kind)
            else:
                read += 1
                assert [one for check in _CHECKS for one in check(session)] == []
                assert session.execute(_OTHERS_THAN_ORDERED).scalar_one() == 0
                assert session.execute(_MONEY_IN).scalar_one() in {before, before + 50_000}
            undone.rollback()

    assert kinds == {Kind.INVALID}
    assert sum(outcomes.values()) + read == FILES
    assert read > FILES // 20
    assert {"statement-is-not-xml", "statement-is-not-utf8", "statement-does-not-add-up"} <= set(outcomes)
