from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidTag

from tests.identity.conftest import NOON
from voucher_service.identity import authenticator
from voucher_service.kernel.keys import Keyring

RFC_6238_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
A_PERIOD = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)

    assert authenticator.code_at(RFC_6238_SECRET, at=at) == code


def test_a_clock_may_be_one_period_early_or_late() -> None:
    code = authenticator.code_at(RFC_6238_SECRET, at=NOON)

    def step(at: datetime) -> int | None:
        return authenticator.matching_step(RFC_6238_SECRET, code, at=at, after=None)

    assert step(NOON) == step(NOON - A_PERIOD) == step(NOON + A_PERIOD) == int(NOON.timestamp()) // 30
    assert step(NOON - 2 * A_PERIOD) is None
    assert step(NOON + 2 * A_PERIOD) is None


def test_no_code_of_a_period_already_used_matches() -> None:
    used = int(NOON.timestamp()) // 30
    code = authenticator.code_at(RFC_6238_SECRET, at=NOON)

    assert authenticator.matching_step(RFC_6238_SECRET, code, at=NOON, after=used) is None
    assert authenticator.matching_step(RFC_6238_SECRET, code, at=NOON, after=used - 1) == used


@pytest.mark.parametrize("typed", ["k7qwm 3rt9x", "K7QWM-3RT9X", " k7qwm3rt9x "])
def test_a_recovery_code_is_the_same_however_it_is_typed(typed: str, keyring: Keyring) -> None:
    printed = authenticator.recovery_digest("K7QWM-3RT9X", keyring=keyring)

    assert authenticator.recovery_digest(typed, keyring=keyring) == printed


def test_recovery_codes_are_ten_and_hold_no_symbol_read_for_another() -> None:
    codes = authenticator.new_recovery_codes()

    assert len(set(codes)) == 10
    assert not set("".join(codes)) & set("IO01")
    assert {len(code) for code in codes} == {11}


def test_a_sealed_secret_opens_in_its_own_row_with_its_own_keys_only(
    keyring: Keyring, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sealed = authenticator.seal(RFC_6238_SECRET, bound_to=b"row 1", keyring=keyring)
    others = Keyring(tmp_path_factory.mktemp("others"), may_create=True)

    assert RFC_6238_SECRET.encode() not in sealed
    assert authenticator.unseal(sealed, bound_to=b"row 1", keyring=keyring) == RFC_6238_SECRET
    for row, keys in ((b"row 2", keyring), (b"row 1", others)):
        with pytest.raises(InvalidTag):
            authenticator.unseal(sealed, bound_to=row, keyring=keys)


def test_the_telephone_reads_the_account_and_the_service_from_the_qr_code() -> None:
    uri = authenticator.uri(RFC_6238_SECRET, account="camille@example.org")

    assert uri.startswith("otpauth://totp/Pass%20num%C3%A9rique:camille%40example.org?")
    assert f"secret={RFC_6238_SECRET}" in uri
