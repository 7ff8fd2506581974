from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, Cast, as_actor
from voucher_service.identity import locking, resets, sessions
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.sessions import SessionIsOver, SessionIsUnknown, WebSession
from voucher_service.identity.users import User
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.database import Database
from voucher_service.worker import upkeep

A_MINUTE = timedelta(minutes=1)


def _open(session: Session, user: User, *, at: datetime = NOON) -> str:
    return sessions.open_session(session, user=user, address="192.0.2.7", agent="Firefox", at=at)


def test_who_signed_in_is_known_by_the_secret_of_the_browser(session: Session, given: Cast) -> None:
    user = given.person()

    signed = sessions.admit(session, secret=_open(session, user), at=NOON)

    assert (signed.actor, signed.name, signed.organisation) == (
        as_actor(user),
        "Camille Martin",
        "A prescriber",
    )
    assert (signed.opened_at, signed.expires_at) == (NOON, NOON + sessions.IDLE)
    assert not signed.needs_factor


def test_the_secret_itself_is_written_nowhere(session: Session, given: Cast) -> None:
    secret = _open(session, given.person())

    kept = session.scalars(select(WebSession)).one()

    assert secret.encode() not in kept.digest
    assert len(kept.digest) == 32


@pytest.mark.parametrize("secret", ["", "x", "\ud800", "a" * 5000])
def test_a_secret_that_is_not_ours_signs_nobody_in(session: Session, given: Cast, secret: str) -> None:
    _open(session, given.person())

    with pytest.raises(SessionIsOver):
        sessions.admit(session, secret=secret, at=NOON)


def test_a_browser_left_alone_is_signed_out_after_half_an_hour(session: Session, given: Cast) -> None:
    secret = _open(session, given.person())
    last = NOON + sessions.IDLE - A_MINUTE
    sessions.admit(session, secret=secret, at=last)

    assert sessions.admit(session, secret=secret, at=last + sessions.IDLE - A_MINUTE).expires_at > last

    with pytest.raises(SessionIsOver):
        sessions.admit(session, secret=secret, at=last + 2 * sessions.IDLE)


def test_a_day_s_work_ends_a_session_that_is_in_use(session: Session, given: Cast) -> None:
    secret = _open(session, given.person())
    at = NOON
    while at < NOON + sessions.ABSOLUTE - A_MINUTE:
        assert sessions.admit(session, secret=secret, at=at).expires_at <= NOON + sessions.ABSOLUTE
        at += 20 * A_MINUTE

    with pytest.raises(SessionIsOver):
        sessions.admit(session, secret=secret, at=NOON + sessions.ABSOLUTE)


def test_a_request_costs_one_select_and_at_most_one_write_a_minute(session: Session, given: Cast) -> None:
    secret = _open(session, given.person())
    said: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *told: said.append(told[2].split()[0]))

    sessions.admit(session, secret=secret, at=NOON + A_MINUTE / 2)
    sessions.admit(session, secret=secret, at=NOON + A_MINUTE)
    sessions.admit(session, secret=secret, at=NOON + A_MINUTE)

    assert said == ["SELECT", "SELECT", "UPDATE", "SELECT"]


def test_a_lock_or_a_new_password_ends_what_was_open(session: Session, given: Cast) -> None:
    user, other = given.person(), given.person()
    locked, renewed = _open(session, user), _open(session, other)

    locking.lock(session, account_id=user.id, at=NOON + A_MINUTE, by=SYSTEM)
    token = resets.start_reset(session, user_id=other.id, at=NOON, by=SYSTEM)
    resets.finish_reset(session, token=token, password="quatre chiens bruns courent", at=NOON + A_MINUTE)

    for secret in (locked, renewed):
        with pytest.raises(SessionIsOver):
            sessions.admit(session, secret=secret, at=NOON + A_MINUTE)
    assert sessions.of(session, at=NOON + A_MINUTE, by=as_actor(other)) == []
    locking.unlock(session, account_id=user.id, at=NOON + 2 * A_MINUTE, by=SYSTEM)
    with pytest.raises(SessionIsOver):
        sessions.admit(session, secret=locked, at=NOON + 2 * A_MINUTE)


@pytest.mark.parametrize(
    ("kind", "role", "is_asked"),
    [
        (OrganisationKind.OPERATOR, Role.OPERATOR, True),
        (OrganisationKind.OPERATOR, Role.FINANCE, True),
        (OrganisationKind.OPERATOR, Role.AUDITOR, False),
        (OrganisationKind.VENUE_OPERATOR, Role.VENUE, False),
    ],
)
def test_operators_and_finance_show_a_second_factor(
    session: Session, given: Cast, kind: OrganisationKind, role: Role, is_asked: bool
) -> None:
    secret = _open(session, given.user(given.organisation(kind), role))

    signed = sessions.admit(session, secret=secret, at=NOON)

    assert signed.needs_factor is is_asked
    sessions.prove(session, session_id=signed.session_id, at=NOON + A_MINUTE)
    proved = sessions.admit(session, secret=secret, at=NOON)
    assert proved == replace(signed, needs_factor=False, proved_at=NOON + A_MINUTE)


def test_a_session_remembers_its_language(session: Session, given: Cast) -> None:
    secret = _open(session, given.person())
    signed = sessions.admit(session, secret=secret, at=NOON)

    sessions.speak(session, session_id=signed.session_id, language="en")

    assert sessions.admit(session, secret=secret, at=NOON).language == "en"


def test_a_person_sees_and_ends_his_own_sessions_only(session: Session, given: Cast) -> None:
    user, stranger = given.person(), given.person()
    first, second = _open(session, user), _open(session, user, at=NOON + A_MINUTE)
    own = sessions.of(session, at=NOON + A_MINUTE, by=as_actor(user))
    assert [(one.agent, one.address, one.opened_at) for one in own] == [
        ("Firefox", "192.0.2.7", NOON + A_MINUTE),
        ("Firefox", "192.0.2.7", NOON),
    ]

    for unreachable in (own[1].id, uuid4()):
        with pytest.raises(SessionIsUnknown):
            sessions.end(session, session_id=unreachable, at=NOON, by=as_actor(stranger))
    sessions.end(session, session_id=own[1].id, at=NOON + A_MINUTE, by=as_actor(user))

    with pytest.raises(SessionIsOver):
        sessions.admit(session, secret=first, at=NOON + A_MINUTE)
    with pytest.raises(SessionIsUnknown):
        sessions.end(session, session_id=own[1].id, at=NOON + A_MINUTE, by=as_actor(user))
    assert sessions.admit(session, secret=second, at=NOON + A_MINUTE).session_id == own[0].id


def test_signing_out_everywhere_else_leaves_this_browser_and_other_people(
    session: Session, given: Cast
) -> None:
    user, stranger = given.person(), given.person()
    here, away, theirs = _open(session, user), _open(session, user), _open(session, stranger)
    this = sessions.admit(session, secret=here, at=NOON)

    ended = sessions.end_others(session, session_id=this.session_id, at=NOON, by=this.actor)

    assert ended == 1
    with pytest.raises(SessionIsOver):
        sessions.admit(session, secret=away, at=NOON)
    assert sessions.admit(session, secret=here, at=NOON) == this
    assert sessions.admit(session, secret=theirs, at=NOON).actor == as_actor(stranger)


def test_a_browser_s_words_are_cut_short(session: Session, given: Cast) -> None:
    sessions.open_session(session, user=given.person(), address="192.0.2.7", agent="x" * 5000, at=NOON)

    assert session.scalars(select(func.length(WebSession.agent))).one() == 200


def test_from_where_people_were_signed_in_is_forgotten_after_a_month(database: Database) -> None:
    user = database.run(lambda session: Cast(session).person())
    old, new = (database.run(partial(_open, user=user, at=NOON - timedelta(days=days))) for days in (31, 29))

    upkeep.forget_sessions(database, NOON)

    with database.transaction() as session:
        kept = session.scalars(select(WebSession.opened_at)).all()
    assert kept == [NOON - timedelta(days=29)]
    assert old != new
