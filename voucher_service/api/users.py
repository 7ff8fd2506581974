"""Users: the people of an organisation, enrolled by their référent or by the operator."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Choice, Flag, Id, Instant, Text, Wire
from voucher_service.identity import staffing, users
from voucher_service.identity.users import User
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

resource = Resource("users", "The people of an organisation.")


class UserRequest(Wire):
    """A person to enrol; in the sender's own organisation unless another is named."""

    organisation_id = Id()
    email = Text(longest=254, required=True)
    name = Text(longest=200, required=True)
    role = Choice(Role, required=True)
    is_referent = Flag(load_default=False)


class UserShown(Wire):
    """A person's account."""

    id = Id(required=True)
    organisation_id = Id(required=True)
    email = Text(required=True)
    name = Text(required=True)
    role = Choice(Role, required=True)
    is_referent = Flag(required=True)
    locked_at = Instant(required=True, allow_none=True)
    created_at = Instant(required=True)


class UserFilter(Page):
    """Whose people; those of the sender's own organisation unless another is named."""

    organisation_id = Id()


@resource.post("/users")
@allow()
@command()
@resource.arguments(UserRequest)
@resource.response(201, UserShown)
def enrol(session: Session, wanted: dict[str, Any]) -> Reply:
    """Open a person's account; it works once its password is chosen by a link."""
    wanted.setdefault("organisation_id", actor().organisation_id)
    user = users.enrol(session, **wanted, at=clock.now(), by=actor())
    return Reply(user, location=f"{PREFIX}/users/{user.id}")


@resource.get("/users")
@allow()
@query()
@resource.arguments(UserFilter, location="query")
@resource.response(200, listing(UserShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List the people of an organisation."""
    organisation_id = wanted.get("organisation_id", actor().organisation_id)
    staffing.refuse_unless_reaches(organisation_id, by=actor())
    after = position(wanted)
    limit = wanted["limit"]
    last = UUID(after[0]) if after else None
    found = users.search(session, organisation_id=organisation_id, after=last, limit=limit + 1)
    return page(found, limit=limit, key=lambda user: [user.id])


@resource.get("/users/<uuid:user_id>")
@allow()
@query()
@resource.response(200, UserShown)
def read(session: Session, user_id: UUID) -> User:
    """Read a person's account: one's own, or one that the sender keeps."""
    return users.get(session, user_id=user_id, by=actor())
