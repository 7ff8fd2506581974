"""Keys are made once, kept to oneself, and missed loudly."""

import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests import databases
from voucher_service.kernel.config import ConfigurationError
from voucher_service.kernel.keys import Keyring

EIGHT_AT_ONCE = """
import os, sys
from pathlib import Path
from voucher_service.kernel.keys import Keyring
for _ in range(8):
    if os.fork() == 0:
        keys = Keyring(Path(sys.argv[1]), may_create=True)
        shown = f"{keys.batch('a').hex()} {keys.code_pepper().hex()} {keys.signing()[0].kid}\\n"
        os.write(1, shown.encode())
        os._exit(0)
for _ in range(8):
    os.wait()
"""


def test_eight_processes_that_start_at_once_hold_the_same_keys(tmp_path: Path) -> None:
    command = [sys.executable, "-c", EIGHT_AT_ONCE, str(tmp_path / "keys")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=databases.ROOT)
    seen = done.stdout.splitlines()

    assert len(seen) == 8
    assert len(set(seen)) == 1
    files = sorted(path.name for path in (tmp_path / "keys").iterdir())
    assert files == ["codes.key", "pepper.key", "signing-0001.pem"]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_each_batch_has_its_own_key_and_keeps_it(tmp_path: Path) -> None:
    keys = Keyring(tmp_path, may_create=True)
    one, other = UUID(int=1), UUID(int=2)

    assert len(keys.batch(one)) == 32
    assert keys.batch(one) != keys.batch(other)
    assert Keyring(tmp_path, may_create=False).batch(str(one)) == keys.batch(one)
    assert keys.code_pepper() not in (keys.batch(one), keys.batch(other))


def test_a_batch_s_key_is_known_again_by_a_mark_that_another_installation_would_not_give(
    tmp_path: Path,
) -> None:
    keys, others = (Keyring(tmp_path / name, may_create=True) for name in ("ours", "theirs"))
    batch = UUID(int=1)

    assert len(keys.batch_mark(batch)) == 16
    assert keys.batch_mark(str(batch)) == keys.batch_mark(batch)
    assert keys.batch_mark(batch) not in (keys.batch_mark(UUID(int=2)), others.batch_mark(batch))
    assert keys.batch_mark(batch) not in keys.batch(batch)


@pytest.mark.parametrize("name", ["codes.key", "pepper.key", "signing-0001.pem"])
def test_a_missing_key_stops_the_start_where_none_may_be_made(tmp_path: Path, name: str) -> None:
    Keyring(tmp_path, may_create=True)
    (tmp_path / name).unlink()

    with pytest.raises(ConfigurationError, match=f"{name} is missing"):
        Keyring(tmp_path, may_create=False)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["codes.key", "pepper.key", "signing-0001.pem"])
def test_a_key_that_others_can_read_stops_the_start(tmp_path: Path, name: str) -> None:
    Keyring(tmp_path, may_create=True)
    (tmp_path / name).chmod(0o640)

    with pytest.raises(ConfigurationError, match=f"chmod 600 .*{name}"):
        Keyring(tmp_path, may_create=True)


@pytest.mark.parametrize("name", ["codes.key", "pepper.key", "signing-0001.pem"])
def test_a_damaged_key_stops_the_start(tmp_path: Path, name: str) -> None:
    Keyring(tmp_path, may_create=True)
    (tmp_path / name).write_bytes(b"half a key")

    with pytest.raises(ConfigurationError, match=f"{name} is damaged"):
        Keyring(tmp_path, may_create=True)


def test_after_a_rotation_the_old_key_still_verifies_until_the_next(tmp_path: Path) -> None:
    keys, running = Keyring(tmp_path, may_create=True), Keyring(tmp_path, may_create=False)
    first = keys.signing()[0]
    second = keys.rotate_signing()

    assert [key.kid for key in running.signing()] == [second.kid, first.kid]
    third = keys.rotate_signing()
    assert [key.kid for key in running.signing()] == [third.kid, second.kid]


def test_a_signature_holds_under_its_own_key_only(tmp_path: Path) -> None:
    keys = Keyring(tmp_path, may_create=True)
    first = keys.signing()[0]
    second = keys.rotate_signing()
    signature = second.private.sign(b"an act")

    Ed25519PublicKey.from_public_bytes(second.public_bytes).verify(signature, b"an act")
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(first.public_bytes).verify(signature, b"an act")
