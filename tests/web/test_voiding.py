"""Spoiled sheets are cancelled by range, after a page that says what will happen."""

import pytest

from tests.api.town import Town, refused
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser
from tests.world import serials_of
from voucher_service.kernel.actor import Role

PAGE = "/campagnes/PN-2026/annulation"


@pytest.fixture
def operator(town: Town, browser: OpenBrowser) -> Browser:
    """Give the browser of the operator of a town whose campaign is under way."""
    assert town.world.series == "PN-2026"
    return browser(Role.OPERATOR)


def test_spoiled_sheets_are_cancelled_by_range_once_they_were_looked_at(
    operator: Browser, town: Town
) -> None:
    numbers = town.in_hand(2)
    first, last = (str(int(number[-6:])) for number in numbers)
    operator.get(PAGE)
    asked = operator.submit({"first_booklet": first, "last_booklet": last, "reason": "spoiled"})
    before = town.world.balance("funds/metropole")

    assert asked.title == "Vérifiez avant d'annuler"
    assert "20, du" in asked.text
    assert "200,00 €" in asked.text
    assert "20 de ces pass sont chez des personnes" in asked.text
    assert "20 pass sont annulés." in operator.submit().text
    assert town.world.balance("funds/metropole") == before + 20_000
    assert refused(town.redeem(serials_of(numbers[0])[:1])) == (409, "voucher-is-void")


def test_single_passes_are_cancelled_by_their_numbers(operator: Browser, town: Town) -> None:
    [number] = town.in_hand()
    spoiled = serials_of(number)[:2]
    operator.get(PAGE)
    operator.submit({"serials": "\n".join(serial.lower() for serial in spoiled), "reason": "spoiled"})

    assert "2 pass sont annulés." in operator.submit().text
    assert town.redeem(serials_of(number)[2:3]).status_code == 201


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "first_booklet"),
        ({"first_booklet": "1"}, "last_booklet"),
        ({"first_booklet": "3", "last_booklet": "1"}, "last_booklet"),
        ({"first_booklet": "1", "last_booklet": "400"}, "last_booklet"),
        ({"serials": "PN-2026-999999-01"}, "serials"),
    ],
)
def test_a_range_that_names_nothing_is_said_beside_its_field(
    operator: Browser, typed: dict[str, str], field: str
) -> None:
    operator.get(PAGE)
    page = operator.submit({"reason": "lost", **typed})

    assert page.errors
    assert page.tree.xpath("//*[@id='error-summary']//a/@href") == [f"#f-{field}"]
