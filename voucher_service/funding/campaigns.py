"""Campaigns: what is paid for, by whom, under which act, by what rules; one campaign is one set of books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    ScalarSelect,
    SmallInteger,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding.funders import Funder, FunderIsUnknown
from voucher_service.funding.terms import (
    DueOn,
    KeyPart,
    LegalBasis,
    MoneySide,
    StateFunded,
    Terms,
    TermsAreInconsistent,
    refuse_inconsistent,
    refuse_inconsistent_rules,
)
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, books


class Campaign(Base):
    """One programme of vouchers; ``id`` is also the number of its books."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(BigInteger, ForeignKey("book.id"), primary_key=True, autoincrement=False)
    series: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[str]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    legal_basis: Mapped[LegalBasis]
    legal_reference: Mapped[str]
    deliberation: Mapped[str]
    decided_on: Mapped[date]
    money_side: Mapped[MoneySide]
    face_cents: Mapped[int]
    booklet_size: Mapped[int]
    use_from: Mapped[date]
    use_until: Mapped[date]
    present_until: Mapped[date]
    late_entry_days: Mapped[int]
    handover_required: Mapped[bool]
    state_funded: Mapped[StateFunded]
    services: Mapped[list[str]]
    territory: Mapped[list[str]]
    payment_days: Mapped[int]
    booklets_per_person: Mapped[int | None] = mapped_column(SmallInteger)
    vouchers_per_visit: Mapped[int | None] = mapped_column(SmallInteger)
    ceiling_cents: Mapped[int | None]
    minimum_payment_cents: Mapped[int | None]
    third_approval_cents: Mapped[int | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default="1")


def naming(campaign_id: Any) -> ScalarSelect[str]:
    """Return the expression that reads a campaign's series beside a fact that knows its number."""
    return (
        select(Campaign.series).where(Campaign.id == campaign_id).correlate_except(Campaign).scalar_subquery()
    )


class CampaignShare(Base):
    """One funder's part of the two keys: whose cash is in the voucher, and who bears it in the end."""

    __tablename__ = "campaign_share"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    funder: Mapped[Code] = mapped_column(ForeignKey("funder.code"), primary_key=True)
    advanced_parts: Mapped[int]
    borne_parts: Mapped[int]
    due_on: Mapped[DueOn]


class CampaignBlock(Base):
    """A campaign was blocked (nothing moves to or from a voucher any more), or released."""

    __tablename__ = "campaign_block"
    __table_args__ = (Index(None, "campaign_id", "no"),)

    no: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    blocked: Mapped[bool]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(naming(campaign_id))


@dataclass(eq=False)
class CampaignIsUnknown(Refusal):
    """No campaign has this series: check it (for example PN-2026).

    FR: Aucune campagne ne porte cette série : vérifiez-la (par exemple PN-2026).
    """

    kind = Kind.UNKNOWN
    series: str


@dataclass(eq=False)
class SeriesIsTaken(Refusal):
    """Another campaign numbers its vouchers in this series: choose another.

    FR: Une autre campagne numérote déjà ses pass dans cette série : choisissez-en une autre.
    """

    series: str


@dataclass(eq=False)
class CampaignIsBlocked(Refusal):
    """The campaign is blocked: nothing can be done with its vouchers until it is released.

    FR: La campagne est bloquée : rien n'est possible avec ses pass jusqu'à sa réouverture.
    """

    series: str


@dataclass(eq=False)
class CampaignHasChanged(Refusal):
    """Somebody changed the campaign since you read it: read it again, then change it.

    FR: La campagne a été modifiée depuis votre lecture : relisez-la, puis modifiez-la.
    """

    kind: ClassVar[Kind] = Kind.STALE

    series: str


def open_campaign(
    session: Session, *, series: str, terms: Terms, key: Sequence[KeyPart], at: datetime, by: Actor
) -> Campaign:
    """Open a campaign and its books.

    Raises ``TermsAreInconsistent``, ``SeriesIsTaken`` or ``FunderIsUnknown``.
    """
    refuse_inconsistent(series, terms, key)
    if find(session, series) is not None:
        raise SeriesIsTaken(series)
    known = set(session.scalars(select(Funder.code).where(Funder.code.in_([part.funder for part in key]))))
    for part in key:
        if part.funder not in known:
            raise FunderIsUnknown(part.funder)
    campaign_id = books.open_book(session)
    values = _columns(terms) | {"id": campaign_id, "series": series, "created_at": at}
    session.execute(insert(Campaign).values(organisation_id=by.organisation_id, **values))
    session.execute(
        insert(CampaignShare),
        [
            {
                "campaign_id": campaign_id,
                "funder": part.funder,
                "advanced_parts": part.advanced_parts,
                "borne_parts": part.borne_parts,
                "due_on": part.due_on,
            }
            for part in key
        ],
    )
    _open_accounts(session, campaign_id, terms.money_side, known)
    return session.get_one(Campaign, campaign_id)


def amend(session: Session, *, series: str, version: int, terms: Terms) -> Campaign:
    """Change a campaign's terms, from the version that was read; face, size and money side stay as they are.

    Raises ``CampaignHasChanged``, ``TermsAreInconsistent``.
    """
    campaign = get(session, series)
    fixed = ("face_cents", "booklet_size", "money_side")
    for field in fixed:
        if getattr(terms, field) != getattr(campaign, field):
            raise TermsAreInconsistent(field)
    refuse_inconsistent_rules(terms)
    changed = session.execute(
        update(Campaign)
        .where(Campaign.id == campaign.id, Campaign.version == version)
        .values(version=Campaign.version + 1, **{k: v for k, v in _columns(terms).items() if k not in fixed})
        .returning(Campaign.id)
    )
    if changed.one_or_none() is None:
        raise CampaignHasChanged(series)
    session.refresh(campaign)
    return campaign


def block(
    session: Session, *, series: str, blocked: bool, reason: str, at: datetime, by: Actor
) -> CampaignBlock:
    """Block a campaign, or release it; the fact and its reason stay."""
    fact = insert(CampaignBlock).values(
        campaign_id=get(session, series).id, blocked=blocked, reason=reason, at=at, by=by.user_id
    )
    return session.get_one(CampaignBlock, session.scalars(fact.returning(CampaignBlock.no)).one())


def is_blocked(session: Session, campaign_id: int) -> bool:
    """Say whether the campaign is blocked now."""
    last = select(CampaignBlock.blocked).where(CampaignBlock.campaign_id == campaign_id)
    return bool(session.execute(last.order_by(CampaignBlock.no.desc()).limit(1)).scalar())


def refuse_if_blocked(session: Session, campaign: Campaign) -> None:
    """Raise ``CampaignIsBlocked`` where the campaign is blocked."""
    if is_blocked(session, campaign.id):
        raise CampaignIsBlocked(campaign.series)


def get(session: Session, series: str) -> Campaign:
    """Return the campaign of this series, or refuse."""
    campaign = find(session, series)
    if campaign is None:
        raise CampaignIsUnknown(series)
    return campaign


def find(session: Session, series: str) -> Campaign | None:
    """Return the campaign of this series, if there is one."""
    return session.scalars(select(Campaign).where(Campaign.series == series)).one_or_none()


def search(session: Session, *, after: str | None = None, limit: int | None = None) -> list[Campaign]:
    """List the campaigns by series."""
    return list(session.scalars(keyset.page(select(Campaign), Campaign.series, after=after, limit=limit)))


def key_of(session: Session, campaign_id: int) -> list[KeyPart]:
    """Return the campaign's keys, by funder."""
    rows = session.scalars(
        select(CampaignShare).where(CampaignShare.campaign_id == campaign_id).order_by(CampaignShare.funder)
    )
    return [KeyPart(row.funder, row.advanced_parts, row.borne_parts, row.due_on) for row in rows]


def count(session: Session) -> int:
    """Count the campaigns."""
    return int(session.execute(select(func.count()).select_from(Campaign)).scalar_one())


def _columns(terms: Terms) -> dict[str, Any]:
    names = Terms.__dataclass_fields__
    return {name: getattr(terms, name) for name in names} | {
        "services": list(terms.services),
        "territory": list(terms.territory),
    }


def _open_accounts(session: Session, campaign_id: int, money_side: MoneySide, funders: set[str]) -> None:
    # The money side's row holds no counter: outflows touch it, so that two of them cannot overlook each other.
    addresses = [money_side.value, accounts.STOCK, accounts.EXPIRED]
    for funder in sorted(funders):
        addresses += [accounts.pledged(funder), accounts.funds(funder), accounts.refund(funder)]
        books.unit_colour(session, campaign_id=campaign_id, funder=funder)
    accounts.open_accounts(session, campaign_id=campaign_id, addresses=addresses)
