"""Keys: the public halves of the keys that sign access tokens."""

from typing import Any

from voucher_service.api.context import state
from voucher_service.api.marks import plain, public
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Many, Text, Wire
from voucher_service.identity import tokens

resource = Resource("keys", "The keys that access tokens are checked with.", prefix="")


class Key(Wire):
    """A public key (RFC 8037)."""

    kty = Text(required=True)
    crv = Text(required=True)
    x = Text(required=True)
    kid = Text(required=True)
    use = Text(required=True)
    alg = Text(required=True)


class KeySet(Wire):
    """A JSON Web Key Set (RFC 7517)."""

    keys = Many(Key, required=True)


@resource.get("/.well-known/jwks.json")
@public
@plain
@resource.response(200, KeySet)
def published() -> dict[str, Any]:
    """Read the keys that access tokens are checked with."""
    return tokens.jwks(state().keys.signing())
