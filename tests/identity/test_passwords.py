"""Passphrases: long, not guessable at the first try, kept only as an Argon2id hash."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from voucher_service.identity import passwords
from voucher_service.identity.passwords import PasswordIsTooCommon, PasswordIsTooLong, PasswordIsTooShort
from voucher_service.kernel.refusal import Refusal

ABOUT = ("Camille Martin", "camille.martin")


def test_a_phrase_of_several_words_is_accepted_and_recognised() -> None:
    kept = passwords.accept("trois chats gris", about=ABOUT)

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, "trois chats gris")
    assert not passwords.matches(kept, "trois chats gros")


def test_an_accent_typed_on_another_keyboard_is_the_same_accent() -> None:
    kept = passwords.accept("l'été à la forêt", about=ABOUT)

    assert passwords.matches(kept, "l'e\u0301te\u0301 a\u0300 la fore\u0302t")


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("trois chats gr", None),
        ("trois chats g", PasswordIsTooShort),
        ("e\u0301" * 7, PasswordIsTooShort),
        ("x7!" * 43, PasswordIsTooLong),
        ("motdepasse12345", PasswordIsTooCommon),
        ("Azertyuiop 123456789", PasswordIsTooCommon),
        ("aaaaaaaaaaaaaaaa", PasswordIsTooCommon),
        ("abababababababab", PasswordIsTooCommon),
        ("Camille Martin 1234", PasswordIsTooCommon),
        ("PassNumérique2026!", PasswordIsTooCommon),
    ],
)
def test_what_would_be_guessed_first_is_refused(password: str, refusal: type[Refusal] | None) -> None:
    if refusal is None:
        assert passwords.accept(password, about=ABOUT)
        return
    with pytest.raises(refusal):
        passwords.accept(password, about=ABOUT)


def test_nobodys_password_matches_nothing() -> None:
    assert not passwords.matches(None, "")
    assert not passwords.matches(None, "trois chats gris dorment")


@pytest.mark.parametrize("typed", ["x" * 1_000_000, "\ud800", "\x00", ""])
def test_nothing_that_can_be_typed_breaks_the_comparison(typed: str) -> None:
    kept = passwords.accept("trois chats gris", about=ABOUT)

    assert not passwords.matches(kept, typed)


def test_many_sign_ins_at_once_are_all_answered() -> None:
    kept = passwords.accept("trois chats gris", about=ABOUT)

    with ThreadPoolExecutor(8) as people:
        answers = list(
            people.map(lambda typed: passwords.matches(kept, typed), ["trois chats gris", "no"] * 8)
        )

    assert answers == [True, False] * 8
