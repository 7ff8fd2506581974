"""The calendar of the end of validity: what is planned, due and done, by whom; what is signed and what is not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.expiring import LAST_USE
from tests.races import overtaken
from tests.vouchers.acts import send
from tests.world import NOW, TODAY, World, outcome_of
from voucher_service.funding import funders
from voucher_service.funding.campaigns import CampaignIsUnknown
from voucher_service.funding.terms import DueOn, KeyPart
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Database
from voucher_service.vouchers import milestones
from voucher_service.vouchers.distribution import DistributionIsOver
from voucher_service.vouchers.milestones import (
    Milestone,
    MilestoneDone,
    MilestoneIsDone,
    MilestoneIsNotDue,
    MilestoneIsNotSigned,
    MilestoneIsSigned,
    Planned,
    State,
)


def _sign(world: World, milestone: Milestone, by: Actor | None = None, at: datetime = NOW) -> MilestoneDone:
    signer = by or world.finance
    return world.do(  # type: ignore[no-any-return]
        lambda s: milestones.sign(s, series=world.series, milestone=milestone, at=at, by=signer)
    )


def _calendar(world: World, today: date, by: Actor | None = None, **wish: Any) -> list[Planned]:
    reader = by or world.finance
    return world.do(  # type: ignore[no-any-return]
        lambda s: milestones.calendar(s, today=today, by=reader, **wish)
    )


def test_the_calendar_follows_from_the_terms(given: World) -> None:
    given.campaign()

    planned = _calendar(given, TODAY)

    assert [(one.milestone, one.due_on) for one in planned] == [
        (Milestone.ALERT, date(2026, 12, 1)),
        (Milestone.STOP, date(2026, 12, 16)),
        (Milestone.COMMITMENT, date(2026, 12, 24)),
        (Milestone.STOCK_EXPIRY, date(2027, 1, 1)),
        (Milestone.EXPIRY, date(2027, 2, 1)),
        (Milestone.STATEMENT, date(2027, 2, 7)),
    ]
    assert {one.state for one in planned} == {State.PLANNED}


def test_what_is_due_and_not_done_is_listed_and_what_is_signed_is_not_for_the_service(given: World) -> None:
    given.campaign()
    last = date(2026, 12, 24)

    waiting = _calendar(given, last, state=State.DUE)
    for_the_service = given.do(lambda s: milestones.due(s, today=last, by=given.operator))

    assert [one.milestone for one in waiting] == [Milestone.ALERT, Milestone.STOP, Milestone.COMMITMENT]
    assert for_the_service == [(given.series, Milestone.ALERT)]


def test_a_signature_is_given_once_and_says_by_whom(given: World) -> None:
    given.campaign()
    signer = given.person(Role.FINANCE, OrganisationKind.OPERATOR)
    _sign(given, Milestone.STOP, signer)

    [done] = _calendar(given, LAST_USE, state=State.DONE)
    with pytest.raises(MilestoneIsDone) as refused:
        _sign(given, Milestone.STOP)

    assert (done.milestone, done.at, done.by) == (Milestone.STOP, NOW, signer.user_id)
    assert done.by_name == refused.value.done_by
    assert outcome_of(lambda: _sign(given, Milestone.EXPIRY)) is MilestoneIsNotSigned


def test_a_funder_signs_for_what_it_pays_for_and_for_nothing_else(given: World) -> None:
    given.campaign()
    stranger = given.person(Role.FUNDER, OrganisationKind.FUNDER)
    payer = given.person(Role.FUNDER, OrganisationKind.FUNDER)
    given.do(
        lambda s: funders.enrol(
            s, code="region", name="Région", at=NOW, organisation_id=payer.organisation_id
        )
    )
    given.series = "PN-2027"
    given.campaign(key=[KeyPart("region", 1, 1, DueOn.BOUGHT)])

    assert outcome_of(lambda: _sign(given, Milestone.COMMITMENT, stranger)) is CampaignIsUnknown
    assert _sign(given, Milestone.COMMITMENT, payer).by == payer.user_id
    assert {one.series for one in _calendar(given, TODAY, payer)} == {"PN-2027"}
    assert _calendar(given, TODAY, stranger) == []


def test_the_service_does_only_what_is_due_and_not_done(given: World) -> None:
    campaign = given.campaign()

    def asked(milestone: Milestone, today: date) -> Any:
        wanted: dict[str, Any] = {"series": given.series, "milestone": milestone, "today": today}
        return outcome_of(lambda: given.do(lambda s: milestones.refuse_unless_due(s, **wanted)))

    assert asked(Milestone.STOP, LAST_USE) is MilestoneIsSigned
    assert asked(Milestone.ALERT, date(2026, 11, 30)) is MilestoneIsNotDue
    assert asked(Milestone.ALERT, date(2026, 12, 1)).id == campaign.id
    said: dict[str, Any] = {
        "campaign": campaign,
        "milestone": Milestone.ALERT,
        "at": NOW,
        "by": given.finance,
    }
    first = given.do(lambda s: milestones.note(s, figures={"issued_booklets": 1}, **said))
    again = given.do(lambda s: milestones.note(s, figures={"issued_booklets": 2}, **said))
    assert first.figures == again.figures == {"issued_booklets": 1}
    assert asked(Milestone.ALERT, LAST_USE) is MilestoneIsDone


def test_after_the_stop_nothing_is_sent_or_handed_over_and_what_was_before_may_be_noted(given: World) -> None:
    given.campaign()
    desk = given.desk()
    first, second, third = given.active(3)
    given.allocate([first, second], desk)
    _sign(given, Milestone.STOP)

    with pytest.raises(DistributionIsOver) as refused:
        given.hand_over([first], desk)
    assert (refused.value.stopped_on, refused.value.use_until) == (TODAY, LAST_USE)
    assert outcome_of(lambda: send(given, [third], desk)) is DistributionIsOver


def test_the_stop_lets_what_was_handed_over_the_day_before_be_noted(given: World) -> None:
    given.campaign()
    desk = given.desk()
    [booklet] = given.active()
    given.allocate([booklet], desk)
    _sign(given, Milestone.STOP, at=datetime.combine(TODAY + timedelta(days=1), NOW.time(), UTC))

    given.hand_over([booklet], desk)

    assert given.balance("custody/beneficiaries") == 10


def test_two_people_who_sign_at_once_sign_once(database: Database, committed: World) -> None:
    committed.campaign()

    late = overtaken(
        database,
        committed,
        first=lambda w: _sign(w, Milestone.STOP),
        second=lambda w: _sign(w, Milestone.STOP),
    )

    assert late is MilestoneIsDone
