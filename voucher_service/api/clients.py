"""Clients: the machines of an organisation, which sign in with a secret of their own."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Id, Instant, Text, Wire
from voucher_service.identity import clients
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

resource = Resource("clients", "The machines of an organisation.")


class ClientRequest(Wire):
    """A machine to enrol; in the sender's own organisation unless another is named."""

    organisation_id = Id()
    name = Text(longest=200, required=True)
    role = Choice(Role, required=True)


class ClientShown(Wire):
    """A machine's account; its secret is said once, and null when the same request is repeated."""

    id = Id(required=True)
    organisation_id = Id(required=True)
    name = Text(required=True)
    role = Choice(Role, required=True)
    created_at = Instant(required=True)
    client_secret = Text(required=True, allow_none=True)


@resource.post("/clients")
@allow()
@command()
@resource.arguments(ClientRequest)
@resource.response(201, ClientShown)
def enrol(session: Session, wanted: dict[str, Any]) -> Reply:
    """Open a machine's account."""
    wanted.setdefault("organisation_id", actor().organisation_id)
    client, secret = clients.enrol(session, **wanted, at=clock.now(), by=actor())
    shown = {name: getattr(client, name) for name in ("id", "organisation_id", "name", "role", "created_at")}
    return Reply({**shown, "client_secret": secret}, said_once=("client_secret",))
