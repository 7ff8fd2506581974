"""Evidence: the papers that prove where money should go (a RIB, a judgment), kept and opened by finance only.

A file is recognised by its content, never by its name, and kept in the database: no web server can reach it, no
page shows it, and whoever opens it is written down.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from PIL import Image, UnidentifiedImageError
from sqlalchemy import ForeignKey, Identity, Index, LargeBinary, exists, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import duties
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.coded import Coded
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal

LARGEST_BYTES = 5 * 1024 * 1024
MOST_FILES = 5
"""How many papers may prove one thing."""

_MOST_POINTS = 40_000_000
_TAIL = 2048
_ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
"""What a RIB has no use for. Not a shield against a clever file: that is the reader's own, who is never its author."""


class MediaType(Coded):
    """What a paper may be."""

    PDF = ("application/pdf", "PDF", "PDF")
    PNG = ("image/png", "Image PNG", "PNG picture")
    JPEG = ("image/jpeg", "Image JPEG", "JPEG picture")


ENDINGS = {MediaType.PDF: "pdf", MediaType.PNG: "png", MediaType.JPEG: "jpg"}


class Evidence(Base):
    """A paper about one subject (``bank-details/12``), as it was sent, by whom and when."""

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "subject", "id"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    subject: Mapped[Code]
    media_type: Mapped[MediaType]
    size_bytes: Mapped[int]
    sha256: Mapped[Code]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    at: Mapped[datetime]
    by: Mapped[UUID]

    @property
    def name(self) -> str:
        """The name to save it under: nothing of what its sender called it."""
        return f"justificatif-{self.id}.{ENDINGS[MediaType(self.media_type)]}"


class Opening(Base):
    """Somebody opened a paper: written once, for the auditor."""

    __tablename__ = "evidence_opening"
    __table_args__ = (Index(None, "evidence_id", "by"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(eq=False)
class EvidenceIsNotReadable(Refusal):
    """Send a PDF, PNG or JPEG file of at most 5 MiB, whole and without attachments or programs.

    FR: Envoyez un fichier PDF, PNG ou JPEG d'au plus 5 Mio, complet, sans pièce jointe ni programme.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class EvidenceIsUnknown(Refusal):
    """No such paper: look at the list of those that were sent.

    FR: Justificatif inconnu : consultez la liste de ceux qui ont été envoyés.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    evidence_id: int


@dataclass(eq=False)
class EvidenceIsComplete(Refusal):
    """Five papers were sent already: withdraw the proposal and make another to send more.

    FR: Cinq justificatifs ont déjà été envoyés : retirez la proposition et refaites-la pour en envoyer d'autres.
    """


@dataclass(eq=False)
class EvidenceIsMissing(Refusal):
    """Nothing proves this yet: ask for the RIB or the deed, and add it.

    FR: Aucun justificatif n'est joint : demandez le RIB ou l'acte, et ajoutez-le.
    """


@dataclass(eq=False)
class EvidenceIsUnread(Refusal):
    """You have not opened the papers that prove this: open each of them, then decide.

    FR: Vous n'avez pas ouvert tous les justificatifs : ouvrez chacun d'eux, puis décidez.
    """

    unread: int


def keep(session: Session, *, subject: str, content: bytes, at: datetime, by: Actor) -> Evidence:
    """Keep a paper about ``subject``; whether its sender may is for the subject's own verb to say.

    Raises ``EvidenceIsNotReadable``, ``EvidenceIsComplete``.
    """
    media_type = recognised(content)
    if len(of(session, subject=subject)) >= MOST_FILES:
        raise EvidenceIsComplete
    kept = insert(Evidence).values(
        subject=subject,
        media_type=media_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        at=at,
        by=by.user_id,
    )
    return session.scalars(kept.returning(Evidence)).one()


def of(session: Session, *, subject: str) -> Sequence[Evidence]:
    """List the papers about a subject, the oldest first, without their content."""
    return session.scalars(select(Evidence).where(Evidence.subject == subject).order_by(Evidence.id)).all()


def open_one(session: Session, *, evidence_id: int, at: datetime, by: Actor) -> tuple[Evidence, bytes]:
    """Return a paper and its bytes, and write down who opened it. Finance's duty: a RIB shows a whole IBAN.

    Raises ``DutyIsNotYours``, ``EvidenceIsUnknown``.
    """
    duties.require(Role.FINANCE, duty="open-evidence", by=by, at=at)
    paper = session.get(Evidence, evidence_id)
    if paper is None:
        raise EvidenceIsUnknown(evidence_id)
    session.execute(insert(Opening).values(evidence_id=evidence_id, at=at, by=by.user_id))
    return paper, paper.content


def openings(session: Session, *, subject: str) -> Sequence[Opening]:
    """List who opened the papers about a subject, and when, the oldest first."""
    opened = select(Opening).join(Evidence, Evidence.id == Opening.evidence_id)
    return session.scalars(opened.where(Evidence.subject == subject).order_by(Opening.id)).all()


def refuse_unless_read(session: Session, *, subject: str, by: Actor) -> None:
    """Let pass only who opened every paper about a subject.

    Raises ``EvidenceIsMissing``, ``EvidenceIsUnread``.
    """
    opened = exists().where(Opening.evidence_id == Evidence.id, Opening.by == by.user_id)
    counted = select(func.count(), func.count().filter(~opened)).where(Evidence.subject == subject)
    papers, unread = session.execute(counted).one()
    if not papers:
        raise EvidenceIsMissing
    if unread:
        raise EvidenceIsUnread(unread)


def recognised(content: bytes) -> MediaType:
    """Say what a file is by its content; raises ``EvidenceIsNotReadable`` where it is nothing that may be kept."""
    if len(content) > LARGEST_BYTES:
        raise EvidenceIsNotReadable
    if content.startswith(b"%PDF-"):
        return _whole_pdf(content)
    return _whole_picture(content)


def _whole_pdf(content: bytes) -> MediaType:
    if b"%%EOF" not in content[-_TAIL:] or any(mark in content for mark in _ACTIVE):
        raise EvidenceIsNotReadable
    return MediaType.PDF


def _whole_picture(content: bytes) -> MediaType:
    try:
        picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        if picture.width * picture.height > _MOST_POINTS:
            raise EvidenceIsNotReadable
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise EvidenceIsNotReadable from error
    return MediaType(f"image/{str(picture.format).lower()}")
