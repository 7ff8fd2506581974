"""A paper that proves an account is recognised by its content, opened by finance only, and its readers are known."""

import io

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from tests.bank_accounts import RIB, SECOND
from tests.network.conftest import AT, staff_of
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import evidence
from voucher_service.network.evidence import (
    EvidenceIsComplete,
    EvidenceIsMissing,
    EvidenceIsNotReadable,
    EvidenceIsUnknown,
    EvidenceIsUnread,
    MediaType,
)

SUBJECT = "bank-details/1"


def _picture(form: str, side: int = 8) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), "white").save(file, form)
    return file.getvalue()


def _keep(session: Session, content: bytes = RIB, subject: str = SUBJECT) -> evidence.Evidence:
    return evidence.keep(session, subject=subject, content=content, at=AT, by=SYSTEM)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(RIB, MediaType.PDF), (_picture("PNG"), MediaType.PNG), (_picture("JPEG"), MediaType.JPEG)],
)
def test_a_paper_is_what_its_content_says(session: Session, content: bytes, media_type: MediaType) -> None:
    kept = _keep(session, content)

    assert (kept.media_type, kept.size_bytes) == (media_type, len(content))
    assert kept.name == f"justificatif-{kept.id}.{evidence.ENDINGS[media_type]}"
    assert evidence.open_one(session, evidence_id=kept.id, at=AT, by=SECOND) == (kept, content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a" + bytes(20),
        b"MZ" + bytes(200),
        RIB[:-20],
        RIB.replace(b"/Type/Page/", b"/JavaScript/"),
        b"<!-- " + RIB,
        _picture("PNG")[:-30],
        _picture("BMP"),
        RIB[:-6] + bytes(evidence.LARGEST_BYTES) + b"%%EOF\n",
    ],
)
def test_what_is_no_whole_pdf_or_picture_of_five_mebibytes_is_refused(
    session: Session, content: bytes
) -> None:
    with pytest.raises(EvidenceIsNotReadable):
        _keep(session, content)


def test_five_papers_are_enough(session: Session) -> None:
    for _ in range(evidence.MOST_FILES):
        _keep(session)

    with pytest.raises(EvidenceIsComplete):
        _keep(session)
    assert _keep(session, subject="bank-details/2").subject == "bank-details/2"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.FINANCE])
def test_only_finance_opens_a_paper(session: Session, role: Role) -> None:
    kept = _keep(session)

    with pytest.raises(DutyIsNotYours):
        evidence.open_one(session, evidence_id=kept.id, at=AT, by=staff_of(new_id(), role))
    assert evidence.openings(session, subject=SUBJECT) == []


def test_who_opened_a_paper_is_known(session: Session) -> None:
    kept = _keep(session)
    evidence.open_one(session, evidence_id=kept.id, at=AT, by=SECOND)

    [opening] = evidence.openings(session, subject=SUBJECT)

    assert (opening.evidence_id, opening.by, opening.at) == (kept.id, SECOND.user_id, AT)


def test_who_decides_has_opened_every_paper(session: Session) -> None:
    with pytest.raises(EvidenceIsMissing):
        evidence.refuse_unless_read(session, subject=SUBJECT, by=SECOND)

    first, second = _keep(session), _keep(session)
    evidence.open_one(session, evidence_id=first.id, at=AT, by=SECOND)
    evidence.open_one(session, evidence_id=second.id, at=AT, by=staff_of(new_id(), Role.FINANCE))
    with pytest.raises(EvidenceIsUnread) as refused:
        evidence.refuse_unless_read(session, subject=SUBJECT, by=SECOND)
    assert refused.value.unread == 1

    evidence.open_one(session, evidence_id=second.id, at=AT, by=SECOND)
    evidence.refuse_unless_read(session, subject=SUBJECT, by=SECOND)


def test_an_unknown_paper_cannot_be_opened(session: Session) -> None:
    with pytest.raises(EvidenceIsUnknown):
        evidence.open_one(session, evidence_id=404, at=AT, by=SECOND)
