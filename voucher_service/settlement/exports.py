"""Exports: the files by which an approved run leaves the house, kept as they were sent.

The first export writes the files and keeps them; every later one gives the same bytes, and says who had them before
and when. From the first on, nothing is taken out of the run any more. What the bank or the accountant then says of
having received them is written down beside.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from uuid import UUID

from lxml import etree
from sqlalchemy import (
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement import approval, changes, runs
from voucher_service.settlement.runs import PaymentRun


class Form(StrEnum):
    """In which form a run leaves: orders to the bank, or the list for the public accountant."""

    PAYMENT_ORDER = "payment-order"
    MANDATE_LIST = "mandate-list"


class RunFile(Base):
    """A file of a run as it was written once: what it pays, in cents, and the name that the bank knows it by."""

    __tablename__ = "run_file"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "run_no"], ["payment_run.campaign_id", "payment_run.no"]),
        UniqueConstraint("reference", "form"),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    form: Mapped[Form] = mapped_column(primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[Code]
    payments: Mapped[int]
    total_cents: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    at: Mapped[datetime]
    by: Mapped[UUID]


class RunExport(Base):
    """Somebody took the files of a run out of the house."""

    __tablename__ = "run_export"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "run_no"], ["payment_run.campaign_id", "payment_run.no"]),
        Index(None, "campaign_id", "run_no"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    campaign_id: Mapped[int]
    run_no: Mapped[int]
    form: Mapped[Form]
    at: Mapped[datetime]
    by: Mapped[UUID]


class RunAcknowledgement(Base):
    """A file of a run was received by the bank or the accountant: known by a message of theirs, or by a person."""

    __tablename__ = "run_acknowledgement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "run_no", "form", "file_no"],
            ["run_file.campaign_id", "run_file.run_no", "run_file.form", "run_file.no"],
            name="fk_run_acknowledgement_run_file",
        ),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    form: Mapped[Form] = mapped_column(primary_key=True)
    file_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    told_by: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class Written:
    """A file to keep: the reference in it, what it pays in cents, and its bytes."""

    reference: str
    payments: int
    total_cents: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Exported:
    """The files of a run, and who took them out: ``exports``, the oldest first, has this one as its last."""

    files: Sequence[RunFile]
    exports: Sequence[RunExport]

    @property
    def is_again(self) -> bool:
        """Whether somebody had these files before."""
        return len(self.exports) > 1


@dataclass(eq=False)
class RunIsNotExported(Refusal):
    """This run was not exported: export it first, then take its file.

    FR: Ce lot n'a pas été exporté : exportez-le d'abord, puis prenez son fichier.
    """

    run: int


@dataclass(eq=False)
class RunFileIsUnknown(Refusal):
    """This run has no file of this number.

    FR: Ce lot n'a pas de fichier portant ce numéro.
    """

    kind = Kind.UNKNOWN
    run: int
    no: int


@dataclass(eq=False)
class MessageIsUnknown(Refusal):
    """No file that was exported bears this reference.

    FR: Aucun fichier exporté ne porte cette référence.
    """

    kind = Kind.UNKNOWN
    reference: str


def export(
    session: Session,
    run: PaymentRun,
    *,
    form: Form,
    write: Callable[[], Sequence[Written]],
    at: datetime,
    by: Actor,
) -> Exported:
    """Take an approved run out of the house: ``write`` makes its files the first time, and only then.

    Raises ``RunIsCancelled``, ``RunIsNotApproved``, and what ``write`` raises.
    """
    runs.hold(session, campaign_id=run.campaign_id, numbers=[run.no])
    changes.needed(session, run)
    approval.get(session, run)
    key = {"campaign_id": run.campaign_id, "run_no": run.no, "form": form}
    who = {"at": at, "by": by.user_id}
    if not _files(session, run, form):
        kept = [_kept(written, no) for no, written in enumerate(write(), start=1)]
        session.execute(insert(RunFile), [key | who | file for file in kept])
    session.execute(insert(RunExport).values(**key, **who))
    return Exported(_files(session, run, form), exports_of(session, run, form=form))


def acknowledge(session: Session, *, reference: str, told_by: str, at: datetime, by: Actor) -> PaymentRun:
    """Write down that the bank or the accountant received a file, named by its ``reference``; again changes nothing.

    ``told_by`` is their own message, or the words of who learnt it. Raises ``MessageIsUnknown``.
    """
    sent = session.scalars(select(RunFile).where(RunFile.reference == reference).limit(1)).one_or_none()
    if sent is None:
        raise MessageIsUnknown(reference)
    fact = upsert(RunAcknowledgement).values(
        campaign_id=sent.campaign_id,
        run_no=sent.run_no,
        form=sent.form,
        file_no=sent.no,
        told_by=told_by,
        at=at,
        by=by.user_id,
    )
    session.execute(fact.on_conflict_do_nothing())
    return session.get_one(PaymentRun, (sent.campaign_id, sent.run_no))


def of_run(session: Session, run: PaymentRun) -> Sequence[RunFile]:
    """Return the files of a run by form and number, without their bytes; none where it was never exported."""
    mine = (RunFile.campaign_id == run.campaign_id) & (RunFile.run_no == run.no)
    return session.scalars(select(RunFile).where(mine).order_by(RunFile.form, RunFile.no)).all()


def exports_of(session: Session, run: PaymentRun, *, form: Form | None = None) -> Sequence[RunExport]:
    """Return who took the files of a run out, the oldest first: in one form or in all."""
    mine = (RunExport.campaign_id == run.campaign_id) & (RunExport.run_no == run.no)
    wanted = select(RunExport).where(mine).order_by(RunExport.id)
    return session.scalars(wanted.where(RunExport.form == form) if form else wanted).all()


def acknowledged(session: Session, run: PaymentRun) -> Sequence[RunAcknowledgement]:
    """Return which files of a run the bank or the accountant has received."""
    mine = (RunAcknowledgement.campaign_id == run.campaign_id) & (RunAcknowledgement.run_no == run.no)
    order = (RunAcknowledgement.form, RunAcknowledgement.file_no)
    return session.scalars(select(RunAcknowledgement).where(mine).order_by(*order)).all()


def content(session: Session, run: PaymentRun, *, form: Form, no: int = 1) -> bytes:
    """Return a file of a run as it was written at its first export.

    Raises ``RunIsNotExported``, ``RunFileIsUnknown``.
    """
    kept = session.scalars(
        select(RunFile.content).where(
            RunFile.campaign_id == run.campaign_id,
            RunFile.run_no == run.no,
            RunFile.form == form,
            RunFile.no == no,
        )
    ).one_or_none()
    if kept is None and not of_run(session, run):
        raise RunIsNotExported(run.no)
    if kept is None:
        raise RunFileIsUnknown(run.no, no)
    return kept


def ordered(session: Session, *, reference: str) -> list[str]:
    """Return the payments that an order to the bank of this reference holds, in its order; none where it is not known.

    They are named by their end-to-end identifiers.
    """
    sent = select(RunFile.content).where(RunFile.reference == reference, RunFile.form == Form.PAYMENT_ORDER)
    written = session.scalars(sent).one_or_none()
    if written is None:
        return []
    named = etree.iterparse(BytesIO(written), tag="{*}EndToEndId")
    return [element.text or "" for _, element in named]


def stages(session: Session, some: Sequence[PaymentRun]) -> dict[int, tuple[datetime, datetime | None]]:
    """Say of those of these runs of one campaign that were exported when, and since when all was acknowledged."""
    if not some:
        return {}
    told = RunAcknowledgement
    same = (
        (told.campaign_id == RunFile.campaign_id)
        & (told.run_no == RunFile.run_no)
        & (told.form == RunFile.form)
        & (told.file_no == RunFile.no)
    )
    rows = session.execute(
        select(
            RunFile.run_no, func.min(RunFile.at), func.max(told.at), func.count(), func.count(told.file_no)
        )
        .outerjoin(told, same)
        .where(RunFile.campaign_id == some[0].campaign_id, RunFile.run_no.in_([run.no for run in some]))
        .group_by(RunFile.run_no)
    )
    return {no: (at, told_at if files == told_of else None) for no, at, told_at, files, told_of in rows}


def _files(session: Session, run: PaymentRun, form: Form) -> list[RunFile]:
    return [file for file in of_run(session, run) if file.form is form]


def _kept(written: Written, no: int) -> dict[str, object]:
    return {
        "no": no,
        "reference": written.reference,
        "payments": written.payments,
        "total_cents": written.total_cents,
        "sha256": hashlib.sha256(written.content).digest(),
        "content": written.content,
    }
