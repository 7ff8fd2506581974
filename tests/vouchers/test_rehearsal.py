from datetime import date

from voucher_service.vouchers import code, rehearsal
from voucher_service.vouchers.code import CodeIsMistyped
from voucher_service.vouchers.lookup import Sorted
from voucher_service.vouchers.rehearsal import NotATrainingCode
from voucher_service.vouchers.training import CODES, MISTYPED

TODAY = date(2026, 11, 23)


def test_three_codes_are_good_and_each_of_the_others_is_refused_for_its_own_reason() -> None:
    answers = [exercise.answer for exercise in rehearsal.exercises(TODAY)]

    assert [answer.face_cents for answer in answers if answer.outcome is Sorted.GOOD] == [1_000] * 3
    assert [answer.reason.code() for answer in answers if answer.reason] == [
        "voucher-is-spent",
        "voucher-is-expired",
        "voucher-is-void",
        "voucher-is-replaced",
        "voucher-is-not-active",
        "booklet-is-not-handed-over",
        "code-is-unknown",
    ]


def test_an_exercise_answers_what_was_typed_as_the_list_says() -> None:
    typed = [CODES[1].lower(), CODES[3]]

    looked = rehearsal.look_up(typed, today=TODAY)

    assert [one.outcome for one in looked] == [Sorted.GOOD, Sorted.USED]
    assert looked[0] == rehearsal.exercises(TODAY)[1].answer


def test_a_wrong_letter_and_a_real_voucher_are_no_exercise() -> None:
    looked = rehearsal.look_up([MISTYPED, "7KQ2MXW9D4HTB", "2222222222222"], today=TODAY)

    assert [type(one.reason) for one in looked[:1]] == [CodeIsMistyped]
    assert {one.outcome for one in looked} == {Sorted.UNREADABLE}


def test_a_well_formed_code_of_no_exercise_is_sent_to_the_counter() -> None:
    real = "AAAABBBBCCCC"
    letters = real + code.check_letter(real)

    [looked] = rehearsal.look_up([letters], today=TODAY)

    assert isinstance(looked.reason, NotATrainingCode)
