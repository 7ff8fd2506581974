from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.world import NOW, World
from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import (
    Campaign,
    CampaignHasChanged,
    CampaignIsBlocked,
    CampaignIsUnknown,
    SeriesIsTaken,
)
from voucher_service.funding.funders import FunderIsUnknown
from voucher_service.funding.terms import DueOn, KeyPart, MoneySide, StateFunded, Terms, TermsAreInconsistent
from voucher_service.ledger import accounts


def _terms(campaign: Campaign, **changed: Any) -> Terms:
    names = Terms.__dataclass_fields__
    return Terms(**{name: getattr(campaign, name) for name in names} | changed)


def _amend(world: World, terms: Terms, version: int) -> Campaign:
    return world.do(  # type: ignore[no-any-return]
        lambda s: campaigns.amend(s, series=world.series, version=version, terms=terms)
    )


def _block(world: World, *, blocked: bool) -> None:
    world.do(
        lambda s: campaigns.block(
            s, series=world.series, blocked=blocked, reason="Contrôle", at=NOW, by=world.operator
        )
    )


def test_a_campaign_keeps_its_terms_and_its_keys(given: World) -> None:
    key = [KeyPart("metropole", 3, 1, DueOn.BOUGHT), KeyPart("etat", 0, 2, DueOn.USED)]

    opened = given.campaign(key=key, territory=["34"], services=["safe-use"], face_cents=500)

    kept = given.do(lambda s: campaigns.get(s, "PN-2026"))
    assert (kept.face_cents, kept.territory, kept.services) == (500, ["34"], ["safe-use"])
    assert (kept.version, kept.state_funded) == (1, StateFunded.REFUSED)
    by_funder = sorted(key, key=lambda part: part.funder)
    assert given.do(lambda s: campaigns.key_of(s, opened.id)) == by_funder


def test_a_series_belongs_to_one_campaign(given: World) -> None:
    given.campaign()

    with pytest.raises(SeriesIsTaken):
        given.campaign()


def test_a_key_names_funders_that_exist(given: World) -> None:
    campaign = given.campaign()
    key = [KeyPart("inconnu", 1, 1, DueOn.BOUGHT)]

    with pytest.raises(FunderIsUnknown):
        given.do(
            lambda s: campaigns.open_campaign(
                s, series="PN-2027", terms=_terms(campaign), key=key, at=NOW, by=given.operator
            )
        )


def test_inconsistent_terms_open_nothing(given: World) -> None:
    with pytest.raises(TermsAreInconsistent) as refused:
        given.campaign(present_until=date(2026, 1, 1))

    assert refused.value.field == "present_until"
    assert given.do(campaigns.count) == 0


def test_a_campaign_is_amended_from_the_version_that_was_read(given: World) -> None:
    campaign = given.campaign()
    longer = _terms(campaign, use_until=date(2027, 1, 15), services=["employment"])

    amended = _amend(given, longer, version=1)

    assert (amended.version, amended.use_until, amended.services) == (2, date(2027, 1, 15), ["employment"])
    with pytest.raises(CampaignHasChanged):
        _amend(given, replace(longer, late_entry_days=5), version=1)
    assert given.do(lambda s: campaigns.get(s, "PN-2026")).late_entry_days == 31


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("face_cents", 2_000),
        ("booklet_size", 5),
        ("money_side", MoneySide.COMMITMENT),
        ("use_until", date(2025, 1, 1)),
        ("payment_days", 366),
    ],
)
def test_what_vouchers_rest_on_is_not_amended_nor_made_inconsistent(
    given: World, field: str, value: Any
) -> None:
    campaign = given.campaign()

    with pytest.raises(TermsAreInconsistent) as refused:
        _amend(given, _terms(campaign, **{field: value}), version=1)

    assert refused.value.field == field


def test_a_blocked_campaign_stays_blocked_until_it_is_released(given: World) -> None:
    campaign = given.campaign()
    assert not given.do(lambda s: campaigns.is_blocked(s, campaign.id))

    for blocked in (True, True, False, True):
        _block(given, blocked=blocked)
        assert given.do(lambda s: campaigns.is_blocked(s, campaign.id)) is blocked

    with pytest.raises(CampaignIsBlocked):
        given.do(lambda s: campaigns.refuse_if_blocked(s, campaign))


def test_campaigns_are_listed_by_series(given: World) -> None:
    for series in ("PN-2027", "HT-2026", "PN-2026"):
        World(given.do, given.keyring, series=series).campaign()

    listed = given.do(campaigns.search)

    assert [campaign.series for campaign in listed] == ["HT-2026", "PN-2026", "PN-2027"]
    assert given.do(campaigns.count) == 3
    with pytest.raises(CampaignIsUnknown):
        given.do(lambda s: campaigns.get(s, "PN-2028"))


def test_two_campaigns_keep_their_money_apart(given: World) -> None:
    given.campaign()
    other = World(given.do, given.keyring, series="HT-2026")
    other.campaign()

    given.funds(5_000)

    assert given.balance(accounts.funds("metropole")) == 5_000
    assert other.balance(accounts.funds("metropole")) == 0
