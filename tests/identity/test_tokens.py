"""Tokens: only ours, only whole, only for ten minutes."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.identity.conftest import NOON
from voucher_service.identity import tokens
from voucher_service.identity.tokens import LIFE, Authority, Reader, TokenHasExpired, TokenIsUnknown
from voucher_service.kernel.keys import Keyring, SigningKey

OURS = Authority(issuer="https://pass.example.org", audience="https://pass.example.org/api/v1")
SUBJECT = UUID("0195a0c4-0000-7000-8000-000000000001")


@pytest.fixture
def reader(keyring: Keyring) -> Reader:
    return Reader(OURS, keyring.signing)


def issue(key: SigningKey, *, authority: Authority = OURS, at: datetime = NOON) -> str:
    return authority.issue(key, subject=SUBJECT, client_id="web", at=at)


def forge(key: Any, *, header: dict[str, Any], algorithm: str = "EdDSA", **changed: Any) -> str:
    """Sign claims that are good but for what is said, with whatever key."""
    return jwt.encode(claims(**changed), key, algorithm=algorithm, headers=header)


def claims(**changed: Any) -> dict[str, Any]:
    """Say what a good token says, but for what is changed, and without what is changed to ``None``."""
    now = int(NOON.timestamp())
    good = {"iss": OURS.issuer, "aud": OURS.audience, "sub": str(SUBJECT), "client_id": "web"}
    said: dict[str, Any] = good | {"iat": now, "exp": now + 600, "jti": str(uuid4())} | changed
    return {name: value for name, value in said.items() if value is not None}


def test_a_token_says_who_asks_and_until_when(keyring: Keyring, reader: Reader) -> None:
    token = issue(keyring.signing()[0])

    read = reader.read(token, at=NOON)

    assert (read.subject, read.client_id) == (SUBJECT, "web")
    assert (read.issued_at, read.expires_at) == (NOON, NOON + LIFE)
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"


def test_a_token_read_before_is_refused_once_it_has_expired(keyring: Keyring, reader: Reader) -> None:
    token = issue(keyring.signing()[0])
    reader.read(token, at=NOON + LIFE - timedelta(seconds=1))

    with pytest.raises(TokenHasExpired):
        reader.read(token, at=NOON + LIFE)


def test_a_token_is_judged_by_the_instant_given_and_not_by_the_wall_clock(
    keyring: Keyring, reader: Reader
) -> None:
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)

    assert reader.read(issue(keyring.signing()[0], at=long_ago), at=long_ago).issued_at == long_ago
    with pytest.raises(TokenHasExpired):
        reader.read(issue(keyring.signing()[0], at=long_ago), at=NOON)


def test_a_token_of_tomorrow_is_refused(keyring: Keyring, reader: Reader) -> None:
    with pytest.raises(TokenIsUnknown):
        reader.read(issue(keyring.signing()[0], at=NOON + timedelta(days=1)), at=NOON)


@pytest.mark.parametrize("elsewhere", [Authority(OURS.issuer, "other"), Authority("other", OURS.audience)])
def test_a_token_of_another_authority_or_for_another_service_is_refused(
    keyring: Keyring, reader: Reader, elsewhere: Authority
) -> None:
    with pytest.raises(TokenIsUnknown):
        reader.read(issue(keyring.signing()[0], authority=elsewhere), at=NOON)


def test_a_token_signed_by_another_key_is_refused_even_under_our_kid(
    keyring: Keyring, reader: Reader
) -> None:
    stranger = Ed25519PrivateKey.generate()

    for kid in (keyring.signing()[0].kid, "theirs"):
        with pytest.raises(TokenIsUnknown):
            reader.read(issue(SigningKey(kid, stranger)), at=NOON)


def test_a_token_without_a_signature_is_refused(keyring: Keyring, reader: Reader) -> None:
    header = {"typ": "at+jwt", "kid": keyring.signing()[0].kid}
    whole = issue(keyring.signing()[0])

    for unsigned in (forge(None, header=header, algorithm="none"), whole.rpartition(".")[0] + "."):
        with pytest.raises(TokenIsUnknown):
            reader.read(unsigned, at=NOON)


def test_our_public_key_is_not_taken_for_a_shared_secret(keyring: Keyring, reader: Reader) -> None:
    key = keyring.signing()[0]
    header = {"typ": "at+jwt", "kid": key.kid}

    with pytest.raises(TokenIsUnknown):
        reader.read(forge(key.public_bytes, header=header, algorithm="HS256"), at=NOON)


@pytest.mark.parametrize(
    "header", [{"typ": "JWT"}, {"typ": None}, {"kid": None}, {"kid": "0000"}, {"kid": 7}]
)
def test_a_header_that_is_not_ours_is_refused(
    keyring: Keyring, reader: Reader, header: dict[str, Any]
) -> None:
    key = keyring.signing()[0]
    good = {"alg": "EdDSA", "typ": "at+jwt", "kid": key.kid}
    assert reader.read(_signed(key, good), at=NOON).subject == SUBJECT

    with pytest.raises(TokenIsUnknown):
        reader.read(_signed(key, good | header), at=NOON)


@pytest.mark.parametrize(
    "changed",
    [{name: None} for name in ("iss", "aud", "sub", "exp", "iat", "jti", "client_id")]
    + [
        {"aud": [OURS.audience]},
        {"sub": "operator"},
        {"exp": "never"},
        {"exp": 10**30},
        {"exp": int(NOON.timestamp()) + 601},
    ],
)
def test_claims_that_are_missing_or_odd_are_refused(
    keyring: Keyring, reader: Reader, changed: dict[str, Any]
) -> None:
    key = keyring.signing()[0]
    header = {"typ": "at+jwt", "kid": key.kid}
    assert reader.read(forge(key.private, header=header), at=NOON).subject == SUBJECT

    with pytest.raises(TokenIsUnknown):
        reader.read(_signed(key, {"alg": "EdDSA"} | header, **changed), at=NOON)


@pytest.mark.parametrize("junk", ["", "a.b.c", "....", "é", "\ud800", "x" * 5000, "bnVsbA.bnVsbA.bnVsbA"])
def test_what_is_not_a_token_is_refused(reader: Reader, junk: str) -> None:
    with pytest.raises(TokenIsUnknown):
        reader.read(junk, at=NOON)


def test_one_changed_letter_is_seen_in_a_token_that_is_remembered(keyring: Keyring, reader: Reader) -> None:
    token = issue(keyring.signing()[0])
    reader.read(token, at=NOON)
    head, body, signature = token.split(".")
    other = "A" if body[20] != "A" else "B"

    with pytest.raises(TokenIsUnknown):
        reader.read(".".join((head, body[:20] + other + body[21:], signature)), at=NOON)


def test_a_signature_is_checked_once_and_the_oldest_are_forgotten(keyring: Keyring) -> None:
    asked: list[int] = []

    def keys() -> list[SigningKey]:
        asked.append(1)
        return keyring.signing()

    reader = Reader(OURS, keys, remembered=2)
    first, second, third = (issue(keyring.signing()[0]) for _ in range(3))

    for token in (first, first, second, first, third, first):
        reader.read(token, at=NOON)
    assert len(asked) == 3
    reader.read(second, at=NOON)
    assert len(asked) == 4


def test_after_a_rotation_both_keys_are_good_and_published(keyring: Keyring, reader: Reader) -> None:
    before = issue(keyring.signing()[0])
    keyring.rotate_signing()

    after = issue(keyring.signing()[0])

    assert reader.read(before, at=NOON).subject == reader.read(after, at=NOON).subject == SUBJECT
    published = jwt.PyJWKSet.from_dict(tokens.jwks(keyring.signing()))
    for token in (before, after):
        key = published[jwt.get_unverified_header(token)["kid"]]
        read = jwt.decode(
            token, key, audience=OURS.audience, options={"verify_exp": False, "verify_iat": False}
        )
        assert read["sub"] == str(SUBJECT)


def test_nothing_private_is_published(keyring: Keyring) -> None:
    (published,) = tokens.jwks(keyring.signing())["keys"]

    assert sorted(published) == ["alg", "crv", "kid", "kty", "use", "x"]


def _signed(key: SigningKey, header: dict[str, Any], **changed: Any) -> str:
    signed = ".".join(_part(json.dumps(part).encode()) for part in (header, claims(**changed)))
    return f"{signed}.{_part(key.private.sign(signed.encode()))}"


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
