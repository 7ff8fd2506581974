"""Tokens: for ten minutes, the proof of who is asking; never of what he may do (RFC 8725, RFC 9068)."""

import base64
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, ClassVar
from uuid import UUID

import jwt

from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keys import SigningKey
from voucher_service.kernel.refusal import Kind, Refusal

LIFE = timedelta(minutes=10)
_SKEW = timedelta(seconds=60)
_ALGORITHM = "EdDSA"
_TYPE = "at+jwt"
_REQUIRED = ["iss", "aud", "sub", "exp", "iat", "jti", "client_id"]
_LONGEST = 2048


@dataclass(eq=False)
class TokenIsUnknown(Refusal):
    """This access token is not one of ours, or is no longer accepted: sign in again.

    FR: Ce jeton d'accès n'est pas de nous ou n'est plus accepté : connectez-vous à nouveau.
    """

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class TokenHasExpired(Refusal):
    """This access token has expired: ask for another.

    FR: Ce jeton d'accès a expiré : demandez-en un autre.
    """

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, once its signature was found good."""

    subject: UUID
    token_id: UUID
    client_id: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Authority:
    """Who issues tokens (``issuer``) and for which service (``audience``)."""

    issuer: str
    audience: str

    def issue(self, key: SigningKey, *, subject: UUID, client_id: str, at: datetime) -> str:
        """Sign a token of ten minutes for an account; ``client_id`` is the program through which it asks."""
        issued = int(at.timestamp())
        payload = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": str(subject),
            "client_id": client_id,
            "iat": issued,
            "exp": issued + int(LIFE.total_seconds()),
            "jti": str(new_id()),
        }
        return jwt.encode(payload, key.private, algorithm=_ALGORITHM, headers={"typ": _TYPE, "kid": key.kid})


class Reader:
    """Reads the tokens of one authority; remembers the last signatures it checked.

    Checking a signature takes 0.1 ms. A remembered token is still refused from the instant it expires.
    """

    def __init__(
        self, authority: Authority, keys: Callable[[], Sequence[SigningKey]], *, remembered: int = 4096
    ) -> None:
        """Accept the tokens of ``authority`` signed by one of the ``keys`` of the moment."""
        self._authority = authority
        self._keys = keys
        self._bound = remembered
        self._seen: OrderedDict[bytes, Claims] = OrderedDict()
        self._lock = Lock()

    def read(self, token: str, *, at: datetime) -> Claims:
        """Return what the token says; raises ``TokenIsUnknown``, ``TokenHasExpired``."""
        if len(token) > _LONGEST or not token.isascii():
            raise TokenIsUnknown
        digest = hashlib.sha256(token.encode()).digest()
        claims = self._remembered(digest) or self._verified(token)
        if at >= claims.expires_at:
            raise TokenHasExpired
        if claims.issued_at > at + _SKEW or claims.expires_at - claims.issued_at > LIFE:
            raise TokenIsUnknown
        self._remember(digest, claims)
        return claims

    def _remembered(self, digest: bytes) -> Claims | None:
        with self._lock:
            claims = self._seen.get(digest)
            if claims is not None:
                self._seen.move_to_end(digest)
            return claims

    def _remember(self, digest: bytes, claims: Claims) -> None:
        with self._lock:
            self._seen[digest] = claims
            if len(self._seen) > self._bound:
                self._seen.popitem(last=False)

    def _verified(self, token: str) -> Claims:
        try:
            return _claims(self._decoded(token))
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
            raise TokenIsUnknown from error

    def _decoded(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        key = next((key for key in self._keys() if key.kid == header.get("kid")), None)
        if key is None or header.get("typ") != _TYPE:
            raise TokenIsUnknown
        # Time is judged by the caller's clock, above, and on every call.
        return jwt.decode(
            token,
            key.private.public_key(),
            algorithms=[_ALGORITHM],
            audience=self._authority.audience,
            issuer=self._authority.issuer,
            options={"require": _REQUIRED, "strict_aud": True, "verify_exp": False, "verify_iat": False},
        )


def jwks(keys: Sequence[SigningKey]) -> dict[str, Any]:
    """Publish the keys' public halves as a JSON Web Key Set (RFC 7517, RFC 8037)."""
    return {"keys": [_jwk(key) for key in keys]}


def _jwk(key: SigningKey) -> dict[str, str]:
    point = base64.urlsafe_b64encode(key.public_bytes).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "x": point, "kid": key.kid, "use": "sig", "alg": _ALGORITHM}


def _claims(payload: dict[str, Any]) -> Claims:
    return Claims(
        subject=UUID(payload["sub"]),
        token_id=UUID(payload["jti"]),
        client_id=str(payload["client_id"]),
        issued_at=datetime.fromtimestamp(payload["iat"], UTC),
        expires_at=datetime.fromtimestamp(payload["exp"], UTC),
    )
