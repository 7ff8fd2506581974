"""A directory that was tried is imported as it was shown, or not at all; it is forgotten after a day."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.network.conftest import AT, SIRET, staff_of
from tests.network.directory import files
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.database import Database
from voucher_service.kernel.identifiers import new_id
from voucher_service.network.directory import keeping
from voucher_service.network.directory.formats import FormatIsUnknown
from voucher_service.network.directory.keeping import DirectoryFile, DirectoryIsNotKept, TrialIsOutdated
from voucher_service.network.venues import Venue
from voucher_service.worker.tidying import FILES_KEPT_FOR, forget_directories

FILE = files.template(
    {"identifiant": "1", "nom": "Un", "siret": SIRET},
    {"identifiant": "2", "nom": "Deux"},
    {"identifiant": "3", "nom": "Deux"},
    {"identifiant": "4", "nom": "Quatre", "code_postal": "?"},
)
QUIRKS = [
    FILE,
    files.herault({}, {"n_ref": "Ref_9002", "nom": "Autre point"}),
    files.national_v0({}, {"id": "901", "nom": "Autre espace", "latitude": None}),
]


def _keep(session: Session, content: bytes = FILE) -> DirectoryFile:
    return keeping.keep(session, content=content, name="lieux.csv", at=AT, by=SYSTEM)


def _venues(session: Session) -> int:
    return int(session.scalar(select(func.count()).select_from(Venue)) or 0)


@pytest.mark.parametrize("content", QUIRKS, ids=["template", "herault", "national"])
def test_what_is_imported_is_what_was_shown(session: Session, content: bytes) -> None:
    file = _keep(session, content)
    shown = keeping.plan(session, file=file)
    assert _venues(session) == 0

    done = keeping.carry_out(session, digest=file.digest, shown=keeping.mark(shown), at=AT, by=SYSTEM)

    assert done.counts == shown.counts
    assert _venues(session) == len(keeping.writing(shown))
    session.refresh(file)
    assert file.carried_out_at == AT
    assert keeping.writing(keeping.plan(session, file=file)) == []


def test_an_import_is_refused_when_its_trial_says_something_else_now(session: Session) -> None:
    file = _keep(session)
    with pytest.raises(TrialIsOutdated):
        keeping.carry_out(session, digest=file.digest, shown="another trial", at=AT, by=SYSTEM)


def test_the_bytes_of_a_file_must_be_those_of_its_digest(session: Session) -> None:
    other = hashlib.sha256(b"other").hexdigest()
    with pytest.raises(DirectoryIsNotKept):
        keeping.get(session, digest=other)

    session.add(DirectoryFile(digest=other, content=FILE, name="x", kept_at=AT, kept_by=SYSTEM.user_id))
    session.flush()
    with pytest.raises(DirectoryIsNotKept):
        keeping.get(session, digest=other)


def test_a_file_that_cannot_be_read_is_not_kept_and_only_the_operator_keeps_one(session: Session) -> None:
    with pytest.raises(FormatIsUnknown):
        _keep(session, b"rien;de;connu\n")
    with pytest.raises(DutyIsNotYours):
        keeping.keep(session, content=FILE, name="x", at=AT, by=staff_of(new_id()))


def test_a_file_is_erased_a_day_after_it_was_last_sent(database: Database) -> None:
    digest = database.run(_keep).digest

    forget_directories(database, AT + FILES_KEPT_FOR)
    with database.transaction() as session:
        assert keeping.get(session, digest=digest).content == FILE
    forget_directories(database, AT + FILES_KEPT_FOR + timedelta(minutes=1))
    with database.transaction() as session, pytest.raises(DirectoryIsNotKept):
        keeping.get(session, digest=digest)
