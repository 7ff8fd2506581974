"""Keys: the secrets that must not lie beside what they protect, each a file outside the database.

``codes.key``        from which every voucher's code is derived
``pepper.key``       with which stored codes are fingerprinted
``signing-<n>.pem``  Ed25519, with which tokens are signed: the highest number signs, the one before verifies

Whoever holds ``codes.key`` can print every voucher; who loses it can print none again. ``docs/operations.md``
says how to keep a copy.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from voucher_service.kernel.config import ConfigurationError

_BYTES = 32
_MARK = 16
_SIGNING = re.compile(r"signing-(\d{4})\.pem")
_OTHERS = 0o077


@dataclass(frozen=True)
class SigningKey:
    """A key that signs tokens, and the name under which its public half is published."""

    kid: str
    private: Ed25519PrivateKey

    @property
    def public_bytes(self) -> bytes:
        """The public half, raw: 32 bytes."""
        return self.private.public_key().public_bytes_raw()


class Keyring:
    """The keys of one installation; files are read once."""

    def __init__(self, folder: Path, *, may_create: bool) -> None:
        """Check that every key is there, and make what is missing where that is allowed.

        Raises ``ConfigurationError`` naming the file that is missing, damaged, or readable by others.
        """
        self._folder = folder
        if may_create:
            self._make_missing()
        self._codes, self._pepper = (_read_secret(folder / name) for name in ("codes.key", "pepper.key"))
        if not self._signing_files():
            raise ConfigurationError(
                f"the key {folder / 'signing-0001.pem'} is missing: put it there, mode 0600"
            )
        self._signing: dict[Path, SigningKey] = {}
        self.signing()

    def batch(self, batch_id: UUID | str) -> bytes:
        """Return the 32 bytes from which one batch's codes are derived: each batch has its own, for ever."""
        return HKDF(hashes.SHA256(), _BYTES, salt=None, info=f"batch/{batch_id}".encode()).derive(self._codes)

    def batch_mark(self, batch_id: UUID | str) -> bytes:
        """Return the 16 bytes by which one batch's key is known again; the key cannot be computed from them."""
        return hmac.digest(self.batch(batch_id), b"mark", hashlib.sha256)[:_MARK]

    def marks(self) -> dict[str, str]:
        """Return, for each key that a database depends on, by what it is known again; for people to compare."""
        keys = {"codes.key": self._codes, "pepper.key": self._pepper}
        return {
            name: hmac.digest(key, b"installation", hashlib.sha256)[:8].hex() for name, key in keys.items()
        }

    def code_pepper(self) -> bytes:
        """Return the 32 bytes under which a code's stored fingerprint is computed."""
        return self._pepper

    def derived(self, purpose: str) -> bytes:
        """Return 32 bytes of this installation's own for one named purpose: never shared between purposes."""
        return HKDF(hashes.SHA256(), _BYTES, salt=None, info=f"purpose/{purpose}".encode()).derive(
            self._pepper
        )

    def signing(self) -> list[SigningKey]:
        """Return the keys that tokens are checked with, the one that signs first; two at most."""
        newest = self._signing_files()[:2]
        for path in newest:
            if path not in self._signing:
                self._signing[path] = _read_signing(path)
        return [self._signing[path] for path in newest]

    def rotate_signing(self) -> SigningKey:
        """Make a new signing key; the one before verifies until the next rotation. For the operator."""
        latest = self._signing_files()[0]
        number = int(_SIGNING.fullmatch(latest.name)[1]) + 1  # type: ignore[index]
        _create(self._folder / f"signing-{number:04d}.pem", _new_signing)
        return self.signing()[0]

    def _make_missing(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("codes.key", "pepper.key"):
            _create(self._folder / name, lambda: secrets.token_bytes(_BYTES))
        if not self._signing_files():
            _create(self._folder / "signing-0001.pem", _new_signing)

    def _signing_files(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted(
            (path for path in self._folder.iterdir() if _SIGNING.fullmatch(path.name)), reverse=True
        )


def _create(path: Path, content: Callable[[], bytes]) -> None:
    """Write a secret once: whole or not at all, and by one process only, whoever else tries."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content())
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        return  # another process was faster: its key is the key
    finally:
        draft.unlink()
        _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_mode & _OTHERS:
            raise ConfigurationError(f"the key {path} is open to other users: chmod 600 {path}")
        return path.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError(f"the key {path} is missing: put it there, mode 0600") from None


def _read_secret(path: Path) -> bytes:
    content = _read(path)
    if len(content) != _BYTES:
        raise ConfigurationError(f"the key {path} is damaged: it must be {_BYTES} bytes; restore your copy")
    return content


def _read_signing(path: Path) -> SigningKey:
    try:
        private = serialization.load_pem_private_key(_read(path), password=None)
    except ValueError:
        raise ConfigurationError(f"the key {path} is damaged: restore your copy") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise ConfigurationError(f"the key {path} must be an Ed25519 private key")
    return SigningKey(hashlib.sha256(private.public_key().public_bytes_raw()).hexdigest()[:16], private)


def _new_signing() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
