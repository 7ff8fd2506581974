"""A venue that contests a refusal is answered once, by two people: paid by exception, or refused with reasons."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.expiring import AFTER_ALL, expire
from tests.races import Act, overtaken, together
from tests.vouchers import acts as papers
from tests.world import NOW, SERVICE, TODAY, Shop, World, outcome_of, serials_of
from voucher_service.funding import releases
from voucher_service.funding.campaigns import CampaignIsBlocked
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Database
from voucher_service.ledger import accounts
from voucher_service.network.mediators import Standing as Delivered
from voucher_service.vouchers import appeals, contest_answers, contest_list, contesting, presentation
from voucher_service.vouchers.contest_answers import (
    AnswerIsProposed,
    ContestIsAnswered,
    ContestIsUnknown,
    ReasonDoesNotFit,
    RefusalIsNotExplained,
    ServiceIsNotSaid,
)
from voucher_service.vouchers.contest_list import Listed, Standing
from voucher_service.vouchers.contest_proposals import Answer, Because, ContestDecision, ContestProposal
from voucher_service.vouchers.contesting import ContestedRefusal, Ground
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.exceptional import BookletNeverLeft, ExpiredValueIsGone, VoucherHoldsNoValue
from voucher_service.vouchers.expiry import Stage
from voucher_service.vouchers.presentation import Occasion
from voucher_service.vouchers.redemption import Redemption
from voucher_service.vouchers.refused_codes import Counter

SERVED = Delivery(SERVICE, 60, Delivered.EMPLOYEE)
COLLEAGUE = Actor(uuid4(), uuid4(), Role.FINANCE)


def contest(
    world: World, serial: str, shop: Shop, *, served_on: date = TODAY, today: date = TODAY
) -> ContestedRefusal:
    [fingerprint] = presentation.read_codes([world.letters(serial)], world.keyring.code_pepper())
    return world.do(  # type: ignore[no-any-return]
        lambda s: contesting.contest(
            s,
            code=fingerprint,
            on=Occasion(shop.venue.id, served_on, today),
            ground=Ground.IN_TIME,
            counter=Counter(NOW, shop.clerk, shop.venue.id),
        )
    )


def propose(
    world: World,
    contested: ContestedRefusal,
    answer: Answer = Answer.PAID,
    because: Because = Because.LATE_FOR_A_REASON,
    **said: Any,
) -> ContestProposal:
    given: dict[str, Any] = {
        "explanation": "",
        "delivered": SERVED,
        "today": TODAY,
        "by": world.finance,
    } | said
    return world.do(  # type: ignore[no-any-return]
        lambda s: contest_answers.propose(
            s, contest_id=contested.id, answer=answer, because=because, at=NOW, **given
        )
    )


def refuse(world: World, contested: ContestedRefusal, **said: Any) -> ContestProposal:
    told = {"explanation": "Le service date d'un an.", "delivered": None} | said
    return propose(world, contested, Answer.REFUSED, Because.OUT_OF_TIME, **told)


def decide(
    world: World,
    proposal: ContestProposal,
    *,
    agreed: bool = True,
    today: date = TODAY,
    by: Actor = COLLEAGUE,
) -> ContestDecision:
    return world.do(  # type: ignore[no-any-return]
        lambda s: contest_answers.decide(
            s, proposal_id=proposal.id, agreed=agreed, today=today, at=NOW, by=by
        )
    )


def listed(world: World, by: Actor, **wish: Any) -> list[Listed]:
    return world.do(lambda s: contest_list.search(s, by=by, **wish))  # type: ignore[no-any-return]


def late(world: World) -> tuple[ContestedRefusal, Shop]:
    """Contest, eight days after the service, a voucher that still holds its value."""
    world.campaign(late_entry_days=7)
    [booklet] = world.in_hand()
    shop = world.shop()
    served_on = TODAY - timedelta(days=8)
    return contest(world, serials_of(booklet)[0], shop, served_on=served_on), shop


def test_a_late_voucher_is_paid_on_its_day_of_service_when_a_second_person_agrees(given: World) -> None:
    contested, shop = late(given)
    proposal = propose(given, contested)
    assert given.balance(accounts.due(shop.venue.no)) == 0

    decision = decide(given, proposal)

    assert given.balance(accounts.due(shop.venue.no)) == 1_000
    assert given.balance(accounts.voucher(contested.serial, 1)) == 0
    [taken] = papers.every(given, select(Redemption))
    assert (taken.id, taken.served_on, taken.operator_id, taken.service, taken.minutes) == (
        decision.redemption_id,
        contested.served_on,
        shop.clerk.organisation_id,
        SERVICE,
        60,
    )
    assert taken.pay_by > TODAY


def test_nobody_decides_on_what_he_proposed(given: World) -> None:
    contested, shop = late(given)
    proposal = propose(given, contested)

    assert outcome_of(lambda: decide(given, proposal, by=given.finance)) is DutiesAreIncompatible
    assert given.balance(accounts.due(shop.venue.no)) == 0


def test_an_answer_is_given_once(given: World) -> None:
    contested, shop = late(given)
    proposal = propose(given, contested)
    assert outcome_of(lambda: refuse(given, contested)) is AnswerIsProposed
    decide(given, proposal)

    assert outcome_of(lambda: decide(given, proposal, by=replace(COLLEAGUE, user_id=uuid4()))) is (
        ContestIsAnswered
    )
    assert outcome_of(lambda: refuse(given, contested)) is ContestIsAnswered
    assert given.balance(accounts.due(shop.venue.no)) == 1_000


def test_what_is_sent_back_is_proposed_again(given: World) -> None:
    contested, shop = late(given)
    decide(given, propose(given, contested), agreed=False)
    [one] = listed(given, given.finance)
    assert one.standing is Standing.WAITING

    decide(given, refuse(given, contested, by=COLLEAGUE), by=given.finance)

    assert given.balance(accounts.due(shop.venue.no)) == 0
    [one] = listed(given, shop.clerk)
    assert one.standing is Standing.REFUSED


def test_a_venue_hears_what_was_decided_with_its_reasons_and_how_to_appeal(given: World) -> None:
    contested, shop = late(given)
    proposal = refuse(given, contested)
    before = [listed(given, by)[0].standing for by in (shop.clerk, given.finance)]
    decide(given, proposal)

    [one] = listed(given, shop.clerk)
    assert before == [Standing.WAITING, Standing.PROPOSED]
    assert one.told is not None
    assert (one.standing, one.told.answer, one.told.because) == (
        Standing.REFUSED,
        Answer.REFUSED,
        Because.OUT_OF_TIME,
    )
    assert one.told.explanation == "Le service date d'un an."
    assert one.told.appeal == appeals.STANDARD
    assert "deux mois" in one.told.appeal
    assert "tribunal administratif" in one.told.appeal


def test_contests_are_listed_by_how_far_they_are(given: World) -> None:
    given.campaign(late_entry_days=7)
    serials, shop = serials_of(given.in_hand()[0]), given.shop()
    served_on = TODAY - timedelta(days=8)
    waiting, proposed, paid, refused = (
        contest(given, serial, shop, served_on=served_on) for serial in serials[:4]
    )
    propose(given, proposed)
    decide(given, propose(given, paid))
    decide(given, refuse(given, refused))

    def found(by: Actor, standing: Standing) -> list[UUID]:
        return [one.contested.id for one in listed(given, by, standing=standing)]

    assert found(given.finance, Standing.WAITING) == [waiting.id]
    assert found(given.finance, Standing.PROPOSED) == [proposed.id]
    assert found(shop.clerk, Standing.WAITING) == [proposed.id, waiting.id]
    assert found(shop.clerk, Standing.PROPOSED) == []
    assert found(shop.clerk, Standing.PAID) == found(given.finance, Standing.PAID) == [paid.id]
    assert found(shop.clerk, Standing.REFUSED) == [refused.id]
    [one] = listed(given, shop.clerk, standing=Standing.PAID)
    assert one.told is not None
    assert one.told.face_cents == 1_000
    assert one.told.pay_by is not None


@pytest.mark.parametrize("handover_required", [True, False])
def test_a_voucher_that_expired_is_paid_from_what_expired(given: World, *, handover_required: bool) -> None:
    given.campaign(handover_required=handover_required)
    desk, shop = given.desk(), given.shop()
    booklets = given.active(2)
    given.allocate(booklets, desk)
    given.hand_over(booklets[:1], desk)
    serial = serials_of(booklets[0])[0]
    expire(given, Stage.EVERYTHING, AFTER_ALL)
    expired = given.balance(accounts.EXPIRED)
    contested = contest(given, serial, shop, served_on=date(2026, 12, 30), today=AFTER_ALL)

    decide(given, propose(given, contested, today=AFTER_ALL), today=AFTER_ALL)

    assert given.balance(accounts.EXPIRED) == expired - 1_000
    assert given.balance(accounts.due(shop.venue.no)) == 1_000
    assert (given.balance(accounts.USED), given.balance(accounts.EXPIRED_PAPERS)) == (1, 19)


def test_a_payment_by_exception_is_given_back_to_what_expired(given: World) -> None:
    given.campaign()
    [booklet], shop = given.in_hand(), given.shop()
    expire(given, Stage.EVERYTHING, AFTER_ALL)
    contested = contest(given, serials_of(booklet)[0], shop, served_on=date(2026, 12, 30), today=AFTER_ALL)
    paid = decide(given, propose(given, contested, today=AFTER_ALL), today=AFTER_ALL)

    assert paid.redemption_id is not None
    given.reverse(paid.redemption_id, given.finance, on=AFTER_ALL)

    assert given.balance(accounts.EXPIRED) == 10_000
    assert given.balance(accounts.due(shop.venue.no)) == 0


Spoil = Callable[[World, str, Shop], object]


@pytest.mark.parametrize(
    ("spoil", "because"),
    [
        (lambda world, serial, _: world.void(serials=[serial]), "voucher-is-void"),
        (lambda world, serial, _: world.replace(serials=[serial]), "voucher-is-replaced"),
        (lambda world, serial, _: world.redeem([serial], world.shop()), "voucher-is-spent"),
    ],
)
def test_a_voucher_that_holds_nothing_is_not_paid_from_the_funders_money(
    given: World, spoil: Spoil, because: str
) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()
    spoil(given, serial, shop)
    contested = contest(given, serial, shop)

    with pytest.raises(VoucherHoldsNoValue) as refused:
        propose(given, contested)

    assert refused.value.because == because


def test_a_voucher_that_lost_its_value_meanwhile_is_not_paid(given: World) -> None:
    contested, shop = late(given)
    proposal = propose(given, contested)
    given.void(serials=[contested.serial])

    assert outcome_of(lambda: decide(given, proposal)) is VoucherHoldsNoValue
    assert given.balance(accounts.due(shop.venue.no)) == 0
    assert decide(given, proposal, agreed=False).redemption_id is None


def test_a_paper_of_a_booklet_that_nobody_was_given_is_looked_into_first(given: World) -> None:
    given.campaign()
    [booklet], shop = given.active(), given.shop()
    contested = contest(given, serials_of(booklet)[0], shop)

    assert outcome_of(lambda: propose(given, contested)) is BookletNeverLeft


def test_a_paper_that_a_site_still_holds_was_handed_over(given: World) -> None:
    given.campaign(handover_required=True)
    desk, shop, booklets = given.desk(), given.shop(), given.active()
    given.allocate(booklets, desk)
    contested = contest(given, serials_of(booklets[0])[0], shop)
    assert contested.reason == "booklet-is-not-handed-over"

    decide(given, propose(given, contested))

    assert given.balance(accounts.due(shop.venue.no)) == 1_000
    assert given.balance(accounts.BENEFICIARIES) == 9


def test_nothing_is_paid_from_a_blocked_campaign(given: World) -> None:
    contested, _ = late(given)
    proposal = propose(given, contested)
    papers.block(given)

    assert outcome_of(lambda: decide(given, proposal)) is CampaignIsBlocked


def test_an_answer_says_what_it_must(given: World) -> None:
    contested, _ = late(given)

    assert outcome_of(lambda: propose(given, contested, because=Because.NO_VALUE)) is ReasonDoesNotFit
    assert outcome_of(lambda: propose(given, contested, delivered=None)) is ServiceIsNotSaid
    assert outcome_of(lambda: refuse(given, contested, explanation=" ")) is RefusalIsNotExplained
    assert outcome_of(lambda: refuse(given, contested, appeal="")) is RefusalIsNotExplained
    assert outcome_of(lambda: propose(given, ContestedRefusal(id=uuid4()))) is ContestIsUnknown


def test_of_many_who_decide_at_once_one_pays(committed: World) -> None:
    contested, shop = late(committed)
    proposal = propose(committed, contested)
    people = [replace(COLLEAGUE, user_id=uuid4()) for _ in range(6)]

    acts: list[Act] = [partial(decide, proposal=proposal, by=one) for one in people]
    outcomes = together(committed, acts)

    assert outcomes.count(ContestIsAnswered) == 5
    assert committed.balance(accounts.due(shop.venue.no)) == 1_000


def test_of_many_who_propose_at_once_one_is_heard(committed: World) -> None:
    contested, _ = late(committed)
    people = [replace(COLLEAGUE, user_id=uuid4()) for _ in range(6)]

    acts: list[Act] = [partial(refuse, contested=contested, by=one) for one in people]
    outcomes = together(committed, acts)

    assert outcomes.count(AnswerIsProposed) == 5
    assert len(papers.every(committed, select(ContestProposal))) == 1


def test_one_voucher_that_two_venues_contest_is_paid_once(committed: World) -> None:
    committed.campaign(late_entry_days=7)
    serial, shops = serials_of(committed.in_hand()[0])[0], [committed.shop(), committed.shop()]
    served_on = TODAY - timedelta(days=8)
    proposals = [propose(committed, contest(committed, serial, shop, served_on=served_on)) for shop in shops]

    acts: list[Act] = [partial(decide, proposal=one) for one in proposals]
    outcomes = together(committed, acts)

    assert outcomes.count(VoucherHoldsNoValue) == 1
    assert sum(committed.balance(accounts.due(shop.venue.no)) for shop in shops) == 1_000


def test_value_that_went_back_to_the_funders_pays_nobody(given: World) -> None:
    given.campaign()
    [booklet], shop = given.in_hand(), given.shop()
    expire(given, Stage.EVERYTHING, AFTER_ALL)
    contested = contest(given, serials_of(booklet)[0], shop, served_on=date(2026, 12, 30), today=AFTER_ALL)
    proposal = propose(given, contested, today=AFTER_ALL)
    given.do(lambda s: releases.release(s, series=given.series, on=AFTER_ALL, at=NOW, by=given.finance))

    with pytest.raises(ExpiredValueIsGone) as refused:
        decide(given, proposal, today=AFTER_ALL)

    assert refused.value.left_cents == 0


def test_a_payment_and_the_sharing_out_of_expired_value_see_each_other(
    committed: World, database: Database
) -> None:
    committed.campaign()
    [booklet], shop = committed.in_hand(), committed.shop()
    expire(committed, Stage.EVERYTHING, AFTER_ALL)
    serial = serials_of(booklet)[0]
    contested = contest(committed, serial, shop, served_on=date(2026, 12, 30), today=AFTER_ALL)
    proposal = propose(committed, contested, today=AFTER_ALL)

    late = overtaken(
        database,
        committed,
        first=lambda world: world.do(
            lambda s: releases.release(s, series=world.series, on=AFTER_ALL, at=NOW, by=world.finance)
        ),
        second=lambda world: decide(world, proposal, today=AFTER_ALL),
    )

    assert late is ExpiredValueIsGone
    assert committed.balance(accounts.EXPIRED) == 0
