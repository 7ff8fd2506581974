"""In the evening an operator of venues reads what it took today, once, and no voucher is named."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.world import NOW, World, serials_of
from voucher_service.identity import locking, resets, users
from voucher_service.identity.users import User
from voucher_service.kernel import clock, logs, mail
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.database import Database
from voucher_service.kernel.mail import OutgoingMail
from voucher_service.worker import recap


@pytest.fixture
def evening(committed: World, database: Database) -> datetime:
    """Give the evening of a day on which one of two venues, each with a référent, took three vouchers."""
    committed.campaign()
    desk, shop, other = committed.desk(), committed.shop(name="PARC VERT BREST"), committed.shop()
    [booklet] = committed.in_hand(1, desk)
    for serial in serials_of(booklet)[:3]:
        committed.redeem([serial], shop)
    for counter in (shop, other):
        committed.do(partial(_enrol_referent, organisation_id=counter.clerk.organisation_id))
    with database.transaction() as session:
        at: Any = session.scalar(text("SELECT max(at) FROM redemption"))
    return datetime.combine(clock.civil_date(at), datetime.min.time(), UTC) + timedelta(hours=18, minutes=30)


def _enrol_referent(session: Session, *, organisation_id: UUID) -> None:
    person = users.enrol(
        session,
        organisation_id=organisation_id,
        email=f"referent.{organisation_id.hex}@example.org",
        name="Camille Fictive",
        role=Role.VENUE,
        is_referent=True,
        at=NOW,
        by=SYSTEM,
    )
    token = resets.start_reset(session, user_id=person.id, at=NOW, by=SYSTEM)
    resets.finish_reset(session, token=token, password="quatre mots sans aucun rapport", at=NOW)


def _posted(database: Database) -> list[OutgoingMail]:
    with database.transaction() as session:
        return list(mail.undelivered(session))


def test_the_day_is_told_once_to_those_who_took_something(database: Database, evening: datetime) -> None:
    recap.tell_the_day(database, evening)
    recap.tell_the_day(database, evening)

    [letter] = _posted(database)
    said = letter.body or ""
    assert "3 pass, 30,00" in said
    assert f"{evening:%d/%m/%Y}" in letter.subject
    assert "Lieu n° " in said
    assert not logs.tells_a_code(said)
    assert "PN-2026" not in said


def test_on_a_day_without_takings_nobody_is_written_to(database: Database, evening: datetime) -> None:
    recap.tell_the_day(database, evening + timedelta(days=2))

    assert _posted(database) == []


def test_an_account_that_is_locked_is_not_written_to(database: Database, evening: datetime) -> None:
    with database.transaction() as session:
        for person in session.scalars(select(User).where(User.is_referent)).all():
            locking.lock(session, account_id=person.id, at=NOW, by=SYSTEM)

    recap.tell_the_day(database, evening)

    assert _posted(database) == []
