import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from voucher_service.vouchers import code
from voucher_service.vouchers.code import (
    ALPHABET,
    LENGTH,
    CodeHasForeignLetters,
    CodeIsMalformed,
    CodeIsMistyped,
)

KEY = bytes(range(32))
codes = st.integers(1, 10**6).map(lambda number: code.derive(KEY, f"PN-2026-{number:06d}-01", 1))
places = st.integers(0, LENGTH)


@given(codes, places, st.sampled_from(ALPHABET))
def test_every_wrong_letter_is_caught(letters: str, place: int, wrong: str) -> None:
    assume(letters[place] != wrong)

    with pytest.raises(CodeIsMistyped):
        code.read(letters[:place] + wrong + letters[place + 1 :])


@given(codes, places, places)
def test_every_swap_of_two_letters_is_caught(letters: str, one: int, other: int) -> None:
    assume(letters[one] != letters[other])
    swapped = list(letters)
    swapped[one], swapped[other] = swapped[other], swapped[one]

    with pytest.raises(CodeIsMistyped):
        code.read("".join(swapped))


@given(codes)
def test_a_code_is_read_as_it_is_printed(letters: str) -> None:
    assert code.read(code.grouped(letters)) == letters


@pytest.mark.parametrize(
    "typed",
    [
        "{0}",
        "{1}",
        " {0}\r\n",
        "PN1:{0}",
        "pn1:{1}",
        "PN1: {2}",
        "{2}",
        "{3}",
    ],
)
def test_case_spaces_dashes_and_the_scanner_s_prefix_do_not_count(typed: str) -> None:
    letters = code.derive(KEY, "PN-2026-000001-01", 1)
    groups = letters[:4], letters[4:8], letters[8:]

    said = typed.format(letters, letters.lower(), "\u00a0".join(groups), " - ".join(groups))

    assert code.read(said) == letters


@pytest.mark.parametrize("look_alike", list("0O1ILoil"))
def test_a_look_alike_is_named_with_its_place(look_alike: str) -> None:
    letters = code.derive(KEY, "PN-2026-000001-01", 1)

    with pytest.raises(CodeHasForeignLetters) as refused:
        code.read(letters[:3] + look_alike + letters[4:])

    assert refused.value.positions == (4,)
    assert refused.value.look_alike


@pytest.mark.parametrize("foreign", ["\0", "ß", "é", "ſ", "А", "２", "\U0001f600", "'"])  # noqa: RUF001 -- meant
def test_what_no_code_has_is_foreign_and_never_a_crash(foreign: str) -> None:
    letters = code.derive(KEY, "PN-2026-000001-01", 1)

    with pytest.raises(CodeHasForeignLetters) as refused:
        code.read(letters[:-1] + foreign)

    assert refused.value.positions == (13,)
    assert not refused.value.look_alike


@pytest.mark.parametrize("typed", ["", "PN1:", "ABC", "A" * 12, "A" * 14, "\0" * 14])
def test_a_code_that_is_too_short_or_too_long_is_malformed(typed: str) -> None:
    with pytest.raises(CodeIsMalformed):
        code.read(typed)


@given(st.text(max_size=30))
def test_nothing_that_is_typed_breaks_the_reading(typed: str) -> None:
    try:
        assert len(code.read(typed)) == LENGTH + 1
    except (CodeIsMalformed, CodeHasForeignLetters, CodeIsMistyped):
        return


def test_a_code_depends_on_its_batch_its_serial_and_its_issue() -> None:
    serial, other = "PN-2026-000001-01", "PN-2026-000001-02"

    said = {
        code.derive(KEY, serial, 1),
        code.derive(KEY, serial, 2),
        code.derive(KEY, other, 1),
        code.derive(KEY[::-1], serial, 1),
    }

    assert len(said) == 4
    assert code.derive(KEY, serial, 1) == next(code.derive_many(KEY, [serial], 1))


def test_what_is_stored_of_a_code_says_nothing_without_the_pepper() -> None:
    letters = code.derive(KEY, "PN-2026-000001-01", 1)

    assert code.mac(b"a" * 32, letters) != code.mac(b"b" * 32, letters)
    assert len(code.mac(b"a" * 32, letters)) == 16
