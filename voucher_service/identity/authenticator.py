"""Authenticator: the arithmetic of the second factor — codes of 30 seconds, recovery codes, sealed secrets.

TOTP of RFC 6238 as every telephone knows it: SHA-1, six digits, 30 s. A clock may be one period early or late.
"""

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from voucher_service.kernel.keys import Keyring

ISSUER = "Pass numérique"
RECOVERY_CODES = 10

_PERIOD_SECONDS = 30
_SKEW = (0, -1, 1)
_DIGITS = 6
_NONCE_BYTES = 12
# Without I, O, 0 and 1, which are read for one another; ten symbols are 50 bits (CNIL 2022-100, throttled).
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_RECOVERY_SYMBOLS, _GROUP = 10, 5


def new_secret() -> str:
    """Return 160 random bits in base 32, as RFC 4226 §4 recommends."""
    return pyotp.random_base32()


def uri(secret: str, *, account: str) -> str:
    """Return what the telephone reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def code_at(secret: str, *, at: datetime) -> str:
    """Return the code that the telephone shows at this instant."""
    return pyotp.TOTP(secret).generate_otp(_step(at))


def matching_step(secret: str, code: str, *, at: datetime, after: int | None) -> int | None:
    """Return the period that this code belongs to: at most one away from now, and later than ``after``."""
    for skew in _SKEW:
        step = _step(at) + skew
        if (after is None or step > after) and hmac.compare_digest(
            pyotp.TOTP(secret).generate_otp(step), code
        ):
            return step
    return None


def is_of_the_telephone(code: str) -> bool:
    """Tell whether this is six digits, and so not a recovery code."""
    return len(code) == _DIGITS and code.isascii() and code.isdigit()


def tidy(code: str) -> str:
    """Return a code as it is compared: typed in any case, with spaces and dashes."""
    return "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())


def new_recovery_codes() -> list[str]:
    """Return ten codes to print, like ``K7QWM-3RT9X``."""
    drawn = (
        "".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_SYMBOLS)) for _ in range(RECOVERY_CODES)
    )
    return [f"{symbols[:_GROUP]}-{symbols[_GROUP:]}" for symbols in drawn]


def recovery_digest(code: str, *, keyring: Keyring) -> bytes:
    """Return what is kept of a recovery code."""
    return hmac.digest(keyring.derived("recovery-codes"), tidy(code).encode(), hashlib.sha256)


def seal(secret: str, *, bound_to: bytes, keyring: Keyring) -> bytes:
    """Return the secret as it is stored; it opens for the same ``bound_to`` only."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(keyring).encrypt(nonce, secret.encode(), bound_to)


def unseal(sealed: bytes, *, bound_to: bytes, keyring: Keyring) -> str:
    """Return the secret again; raises ``InvalidTag`` where the row was moved or the keys are others."""
    return _cipher(keyring).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to).decode()


def _cipher(keyring: Keyring) -> AESGCM:
    return AESGCM(keyring.derived("second-factors"))


def _step(at: datetime) -> int:
    return int(at.timestamp()) // _PERIOD_SECONDS
