"""Joint statements (*états contradictoires*): what became of every voucher, drawn once it is over, and agreed by two.

A statement is a number, a position of the record and a day: whoever builds it again gets the same figures. The
campaign's own side and its sponsor each say whether they agree; what is contested is drawn again under the next number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Integer, func, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns, readers
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Kind, Refusal


class Side(StrEnum):
    """Who agrees: the campaign's own finance team, or its sponsor (a funder)."""

    OPERATOR = "operator"
    SPONSOR = "sponsor"


_SIDES: Mapping[Role, Side] = {Role.FINANCE: Side.OPERATOR, Role.FUNDER: Side.SPONSOR}


class JointStatement(Base):
    """A statement of a campaign: numbered, for acts effective up to a day, as known at a position of the record."""

    __tablename__ = "joint_statement"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    position: Mapped[int]
    stated_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))

    @property
    def number(self) -> str:
        """The number that the document bears: ``PN-2026/EC-1``."""
        return f"{self.series}/EC-{self.no}"


class StatementAnswer(Base):
    """One side's answer to a statement: agreed, or contested with the reason."""

    __tablename__ = "joint_statement_answer"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "no"], ["joint_statement.campaign_id", "joint_statement.no"]),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    side: Mapped[Side] = mapped_column(primary_key=True)
    agreed: Mapped[bool]
    remark: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


@dataclass(eq=False)
class StatementIsUnknown(Refusal):
    """No joint statement of this campaign bears this number: look for it in the list.

    FR: Aucun état contradictoire de cette campagne ne porte ce numéro : cherchez-le dans la liste.
    """

    kind = Kind.UNKNOWN
    series: str
    no: int


@dataclass(eq=False)
class StatementIsAnswered(Refusal):
    """Your side answered this statement already: draw a new one where the figures have changed.

    FR: Votre partie a déjà répondu à cet état : faites-en établir un nouveau si les chiffres ont changé.
    """

    series: str
    no: int
    agreed: bool


@dataclass(eq=False)
class RemarkIsMissing(Refusal):
    """Say what you contest: without it nobody can correct the statement.

    FR: Dites ce que vous contestez : sans cela personne ne peut corriger l'état.
    """

    kind = Kind.INVALID


def draw(
    session: Session, *, campaign: Campaign, position: int, on: date, at: datetime, by: Actor
) -> JointStatement:
    """Number the statement of what is known at ``position`` of acts effective up to ``on``.

    Asked again at the same position and day, it is the statement that bears them already.
    """
    drawn = select(JointStatement).where(JointStatement.campaign_id == campaign.id)
    same = drawn.where(JointStatement.position == position, JointStatement.stated_on == on)
    known = session.scalars(same).first()
    if known is not None:
        return known
    last = select(func.coalesce(func.max(JointStatement.no), 0)).where(
        JointStatement.campaign_id == campaign.id
    )
    no = int(session.execute(last).scalar_one()) + 1
    fact = {"position": position, "stated_on": on, "at": at, "by": by.user_id}
    session.execute(insert(JointStatement).values(campaign_id=campaign.id, no=no, **fact))
    return session.get_one(JointStatement, (campaign.id, no))


def answer(
    session: Session, *, series: str, no: int, agreed: bool, remark: str, at: datetime, by: Actor
) -> StatementAnswer:
    """Say for one's side, once, whether a statement is right; ``remark`` says what is contested.

    Raises ``CampaignIsUnknown``, ``StatementIsUnknown``, ``StatementIsAnswered``, ``RemarkIsMissing``.
    """
    statement = get(session, series=series, no=no, by=by)
    if not agreed and not remark:
        raise RemarkIsMissing
    key = (statement.campaign_id, no, _SIDES[by.role])
    known = session.get(StatementAnswer, key)
    if known is not None:
        raise StatementIsAnswered(series, no, known.agreed)
    said = {"agreed": agreed, "remark": remark, "at": at, "by": by.user_id}
    session.execute(insert(StatementAnswer).values(campaign_id=key[0], no=no, side=key[2], **said))
    return session.get_one(StatementAnswer, key)


def side_of(role: Role) -> Side | None:
    """Say for which side a person of this role answers, if for any."""
    return _SIDES.get(role)


def get(session: Session, *, series: str, no: int, by: Actor) -> JointStatement:
    """Return a statement that a person may read.

    Raises ``CampaignIsUnknown``, ``StatementIsUnknown``.
    """
    campaign = readers.get(session, series=series, by=by)
    found = session.get(JointStatement, (campaign.id, no))
    if found is None:
        raise StatementIsUnknown(series, no)
    return found


def search(
    session: Session, *, series: str, by: Actor, after: int | None = None, limit: int | None = None
) -> list[JointStatement]:
    """List a campaign's statements by number.

    Raises ``CampaignIsUnknown``.
    """
    campaign = readers.get(session, series=series, by=by)
    wanted = select(JointStatement).where(JointStatement.campaign_id == campaign.id)
    return list(session.scalars(keyset.page(wanted, JointStatement.no, after=after, limit=limit)))


def answers(session: Session, *, campaign_id: int, nos: list[int]) -> dict[int, list[StatementAnswer]]:
    """Return what each side answered to these statements of a campaign."""
    wanted = select(StatementAnswer).where(
        StatementAnswer.campaign_id == campaign_id, StatementAnswer.no.in_(nos)
    )
    found: dict[int, list[StatementAnswer]] = {no: [] for no in nos}
    for one in session.scalars(wanted.order_by(StatementAnswer.side)):
        found[one.no].append(one)
    return found
