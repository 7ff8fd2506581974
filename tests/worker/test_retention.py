"""What was noted about people is erased when the time that their letter promises is over."""

from datetime import timedelta

from tests.world import NOW, World
from voucher_service.kernel.database import Database
from voucher_service.vouchers import answers
from voucher_service.vouchers.answers import AgeBand, Answers
from voucher_service.worker.retention import forget_old_answers


def test_answers_are_erased_two_years_after_they_were_noted_and_not_before(
    database: Database, committed: World
) -> None:
    committed.campaign()
    desk, booklets = committed.desk(), committed.active(1)
    committed.allocate(booklets, desk)
    handed = committed.hand_over(booklets, desk, answers=Answers(age_band=AgeBand.FROM_70))

    forget_old_answers(database, NOW + timedelta(days=729))
    kept = committed.do(lambda s: answers.answers_of(s, handed.id))
    forget_old_answers(database, NOW + timedelta(days=731))

    assert kept is not None
    assert committed.do(lambda s: answers.answers_of(s, handed.id)) is None
