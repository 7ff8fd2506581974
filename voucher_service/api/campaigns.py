"""Campaigns: what is paid for, by whom, under which act, by what rules."""

from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import FunderCode, Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Cents, Choice, Day, Flag, Instant, Many, Text, Whole, Wire
from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import DueOn, KeyPart, LegalBasis, MoneySide, StateFunded, Terms
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network.vocabulary import Service

resource = Resource("campaigns", "Programmes of vouchers: one campaign is one set of books.")

_LARGEST_PART = 1_000_000


class KeyPartShown(Wire):
    """One funder's parts in the two keys: what it advances, and what it bears in the end."""

    funder = FunderCode(required=True)
    advanced_parts = Whole(most=_LARGEST_PART, required=True)
    borne_parts = Whole(most=_LARGEST_PART, required=True)
    due_on = Choice(DueOn, required=True)


class TermsRequest(Wire):
    """The rules of a campaign, as its convention and délibération state them."""

    name = Text(longest=200, required=True)
    legal_basis = Choice(LegalBasis, required=True)
    legal_reference = Text(longest=200, required=True)
    deliberation = Text(longest=200, required=True)
    decided_on = Day(required=True)
    money_side = Choice(MoneySide, required=True)
    use_from = Day(required=True)
    use_until = Day(required=True)
    present_until = Day(required=True)
    face_cents = Cents(least=100, most=100_000, load_default=1000)
    booklet_size = Whole(least=5, most=10, load_default=10)
    late_entry_days = Whole(most=400, load_default=31)
    handover_required = Flag(load_default=False)
    state_funded = Choice(StateFunded, load_default=StateFunded.REFUSED)
    services = Many(Choice(Service), most=20, load_default=[])
    territory = Many(Text(longest=5, pattern="[0-9][0-9AB][0-9]{0,3}"), most=500, load_default=[])
    payment_days = Whole(most=365, load_default=30)
    booklets_per_person = Whole(least=1, most=100, load_default=None, allow_none=True)
    vouchers_per_visit = Whole(least=1, most=20, load_default=None, allow_none=True)
    ceiling_cents = Cents(load_default=None, allow_none=True)
    minimum_payment_cents = Cents(most=100_000, load_default=None, allow_none=True)
    third_approval_cents = Cents(load_default=None, allow_none=True)


class CampaignRequest(TermsRequest):
    """A new campaign: its series, its terms and its funders' keys."""

    series = Series(required=True)
    key = Many(KeyPartShown, least=1, most=20, required=True)


class CampaignShown(Wire):
    """A campaign, its terms and keys, and whether it is blocked now."""

    series = Text(required=True)
    name = Text(required=True)
    legal_basis = Choice(LegalBasis, required=True)
    legal_reference = Text(required=True)
    deliberation = Text(required=True)
    decided_on = Day(required=True)
    money_side = Choice(MoneySide, required=True)
    use_from = Day(required=True)
    use_until = Day(required=True)
    present_until = Day(required=True)
    face_cents = Cents(required=True)
    booklet_size = Whole(required=True)
    late_entry_days = Whole(required=True)
    handover_required = Flag(required=True)
    state_funded = Choice(StateFunded, required=True)
    services = Many(Text(), required=True)
    territory = Many(Text(), required=True)
    payment_days = Whole(required=True)
    booklets_per_person = Whole(allow_none=True, required=True)
    vouchers_per_visit = Whole(allow_none=True, required=True)
    ceiling_cents = Cents(allow_none=True, required=True)
    minimum_payment_cents = Cents(allow_none=True, required=True)
    third_approval_cents = Cents(allow_none=True, required=True)
    created_at = Instant(required=True)
    version = Whole(required=True)
    blocked = Flag(required=True)
    key = Many(KeyPartShown, required=True)


class CampaignSummary(Wire):
    """What a list says of a campaign."""

    series = Text(required=True)
    name = Text(required=True)
    use_from = Day(required=True)
    use_until = Day(required=True)
    present_until = Day(required=True)
    face_cents = Cents(required=True)
    booklet_size = Whole(required=True)


@resource.post("/campaigns")
@allow(Role.OPERATOR, Role.FINANCE)
@command()
@resource.arguments(CampaignRequest)
@resource.response(201, CampaignShown)
def begin(session: Session, wanted: dict[str, Any]) -> Reply:
    """Open a campaign and its books."""
    series, key = wanted.pop("series"), [KeyPart(**part) for part in wanted.pop("key")]
    campaign = campaigns.open_campaign(
        session, series=series, terms=_terms(wanted), key=key, at=clock.now(), by=actor()
    )
    return _reply(session, campaign, location=f"{PREFIX}/campaigns/{series}")


@resource.get("/campaigns")
@allow()
@query()
@resource.arguments(Page, location="query")
@resource.response(200, listing(CampaignSummary))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List the campaigns by series."""
    [after] = position(wanted) or [None]
    rows = campaigns.search(session, after=after, limit=wanted["limit"] + 1)
    return page(rows, limit=wanted["limit"], key=lambda campaign: [campaign.series])


@resource.get("/campaigns/<series>")
@allow()
@query()
@resource.response(200, CampaignShown)
def read(session: Session, series: str) -> Reply:
    """Read a campaign."""
    return _reply(session, campaigns.get(session, series))


@resource.put("/campaigns/<series>")
@allow(Role.OPERATOR, Role.FINANCE)
@command(edits=True)
@resource.arguments(TermsRequest)
@resource.response(200, CampaignShown)
def amend(session: Session, wanted: dict[str, Any], version: int, series: str) -> Reply:
    """Replace a campaign's terms; face value, booklet size and money side stay as they are."""
    return _reply(session, campaigns.amend(session, series=series, version=version, terms=_terms(wanted)))


def _terms(wanted: dict[str, Any]) -> Terms:
    return Terms(**wanted | {"services": [service.value for service in wanted["services"]]})


def _reply(session: Session, campaign: Campaign, location: str | None = None) -> Reply:
    shown = {name: getattr(campaign, name) for name in (*Terms.__dataclass_fields__, "series", "created_at")}
    shown["version"] = campaign.version
    shown["blocked"] = campaigns.is_blocked(session, campaign.id)
    shown["key"] = [asdict(part) for part in campaigns.key_of(session, campaign.id)]
    return Reply(shown, location=location, version=campaign.version)
