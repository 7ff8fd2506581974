"""Claims through the API: listed, repaid, given up by two people; a venue reads its own."""

from dataclasses import dataclass

import pytest

from tests.api.callers import Caller
from tests.api.town import API, SERIES, Town, refused, today
from tests.settlement.office import Office
from tests.world import serials_of
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Role


@dataclass
class Debtor:
    """A town in which a venue owes one voucher back, and two people of finance."""

    town: Town
    head: Caller

    @property
    def named(self) -> dict[str, str]:
        return {"series": SERIES, "operator_id": str(self.town.shop.clerk.organisation_id)}

    def claims(self, by: Caller) -> list[dict[str, str]]:
        items: list[dict[str, str]] = by.get(f"{API}/claims?series={SERIES}").get_json()["items"]
        return items


@pytest.fixture
def debtor(empty_town: Town) -> Debtor:
    empty_town.open_campaign()
    [booklet, *_] = empty_town.in_hand()
    taken = empty_town.redeem(serials_of(booklet)[:2]).get_json()
    clerk, head = (empty_town.world.person(Role.FINANCE, OrganisationKind.OPERATOR) for _ in range(2))
    office = Office(empty_town.world, clerk, head)
    office.pay_from()
    office.freeze(cut_off_on=today())
    reversal = {"redemption_id": taken["items"][0]["redemption_id"], "cause": "other-error"}
    assert empty_town.finance.post(f"{API}/reversals", reversal).status_code == 201
    return Debtor(empty_town, empty_town.someone(Role.FINANCE))


def test_a_venue_reads_what_it_owes_and_finance_writes_down_what_came_back(debtor: Debtor) -> None:
    town = debtor.town
    [claim] = debtor.claims(town.someone(Role.AUDITOR))
    repaid = {"amount_cents": 1_000, "reference": "VIR-9", "repaid_on": today().isoformat()}

    made = town.finance.post(f"{API}/claim-repayments", debtor.named | repaid)

    assert claim["operator_id"] == debtor.named["operator_id"]
    assert made.get_json()["kind"] == "repaid"
    assert debtor.claims(town.finance) == []


def test_a_debt_is_given_up_by_a_second_person_only(debtor: Debtor) -> None:
    town = debtor.town
    said = debtor.named | {"act": "Décision 7", "reason": "Association dissoute"}
    proposal = town.finance.post(f"{API}/write-off-proposals", said).get_json()
    approval = {"proposal_id": proposal["id"]}

    alone = town.finance.post(f"{API}/write-offs", approval)
    waiting = debtor.head.get(f"{API}/write-off-proposals").get_json()["items"]
    together = debtor.head.post(f"{API}/write-offs", approval)

    assert refused(alone) == (403, "duties-are-incompatible")
    assert waiting == [proposal]
    assert together.get_json()["kind"] == "written-off"
    assert debtor.claims(town.finance) == []


def test_a_campaign_that_pays_itself_has_no_titre(debtor: Debtor) -> None:
    titre = {"number": "T-1", "exercice": 2026, "issued_on": today().isoformat()}

    answer = debtor.town.finance.post(f"{API}/revenue-orders", debtor.named | titre)

    assert refused(answer) == (409, "titre-is-not-expected")
