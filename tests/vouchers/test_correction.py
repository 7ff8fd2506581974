import pytest

from tests.world import NOW, World
from voucher_service.kernel.actor import Actor
from voucher_service.vouchers import answers, correction
from voucher_service.vouchers.answers import AgeBand, Answers, Situation
from voucher_service.vouchers.handover import Handover, HandoverIsUnknown


def _correct(world: World, handed: Handover, by: Actor, said: Answers) -> int:
    return world.do(  # type: ignore[no-any-return]
        lambda s: correction.correct(s, handover_id=handed.id, answers=said, at=NOW, by=by)
    )


def test_answers_are_corrected_by_a_new_revision_and_erased_for_good(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    given.allocate(booklets, desk)
    handed = given.hand_over(booklets, desk, answers=Answers(age_band=AgeBand.FROM_70))

    assert _correct(given, handed, desk.worker, Answers(situation=Situation.RETIRED)) == 2
    given.do(lambda s: correction.erase(s, handover_id=handed.id, by=desk.worker))

    assert given.do(lambda s: answers.answers_of(s, handed.id)) is None
    assert _correct(given, handed, desk.worker, Answers()) == 1


def test_another_organisation_s_answers_are_neither_corrected_nor_erased(given: World) -> None:
    given.campaign()
    desk, other, booklets = given.desk(), given.desk(), given.active(1)
    given.allocate(booklets, desk)
    handed = given.hand_over(booklets, desk, answers=Answers(age_band=AgeBand.FROM_70))

    with pytest.raises(HandoverIsUnknown):
        _correct(given, handed, other.worker, Answers())
    with pytest.raises(HandoverIsUnknown):
        given.do(lambda s: correction.erase(s, handover_id=handed.id, by=other.worker))
    assert given.do(lambda s: answers.answers_of(s, handed.id)).revision == 1
