"""The command that says whether the keys are those that the vouchers were made with."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.world import World, new_keyring
from voucher_service.cli import main
from voucher_service.kernel.keys import Keyring


@pytest.fixture
def keys(committed: World, owner_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """Give the installation's own keys, under which one batch was made."""
    keyring = new_keyring(tmp_path)
    committed.keyring = keyring
    committed.campaign()
    committed.produced(2)
    for name, value in {
        "DATABASE_URL": owner_url,
        "DATABASE_OWNER_URL": owner_url,
        "PUBLIC_URL": "https://pass.example.org",
        "KEYS_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    return keyring


def checked() -> Result:
    return CliRunner().invoke(main, ["keys-check"])


def test_batches_made_under_the_keys_at_hand_are_fine(keys: Keyring) -> None:
    result = checked()

    assert keys.batch_mark("one")
    assert (result.exit_code, result.output) == (0, "keys: 0 batches cannot be printed\n")


def test_a_batch_whose_key_is_lost_is_named_and_the_command_fails(keys: Keyring, tmp_path: Path) -> None:
    assert keys.batch_mark("one")
    (tmp_path / "codes.key").write_bytes(b"another key, of thirty-two bytes")

    result = checked()

    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "PN-2026 batch 1, booklets 1 to 2: made with another codes.key",
        "keys: 1 batches cannot be printed",
    ]
