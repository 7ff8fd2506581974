"""Rights are those of the database at this instant."""

from uuid import uuid4

import pytest
from sqlalchemy import event, func, literal, select
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, Cast, as_actor
from voucher_service.identity import access
from voucher_service.identity.access import Account
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.tokens import TokenIsUnknown
from voucher_service.kernel.actor import Role


def test_rights_are_read_in_one_statement(session: Session, given: Cast) -> None:
    user = given.user(given.organisation(OrganisationKind.FUNDER), Role.FUNDER, is_referent=True)
    session.flush()
    statements: list[str] = []
    connection = session.connection()

    def note(*seen: object) -> None:
        statements.append(str(seen[2]))

    event.listen(connection, "before_cursor_execute", note)
    actor = access.actor_of(session, subject=user.id, issued_at=NOON)
    event.remove(connection, "before_cursor_execute", note)

    assert actor == as_actor(user)
    assert len(statements) == 1


def test_a_subject_without_account_is_unknown(session: Session) -> None:
    with pytest.raises(TokenIsUnknown):
        access.actor_of(session, subject=uuid4(), issued_at=NOON)


def test_the_query_of_rights_can_be_joined_to_another(session: Session, given: Cast) -> None:
    user = given.user(given.organisation(OrganisationKind.FUNDER), Role.FUNDER)
    session.flush()
    rights = access.actor_query().subquery("rights")
    looked_up = select(literal("a key").label("key")).subquery("looked_up")
    both = (
        select(rights, func.max(looked_up.c.key))
        .join_from(looked_up, rights, literal(True))
        .group_by(*rights.c)
    )

    *account, key = session.execute(both, {"subject": user.id}).one()

    assert access.admit(Account._make(account), issued_at=NOON) == as_actor(user)
    assert key == "a key"
