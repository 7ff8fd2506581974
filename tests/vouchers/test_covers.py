import pytest

from tests.world import World
from voucher_service.kernel.refusal import Refusal
from voucher_service.vouchers import covers
from voucher_service.vouchers.covers import (
    BookletIsOfAnotherCampaign,
    NumberIsMistyped,
    RangeIsOutOfBounds,
    SeveralBookletsHaveThisNumber,
)
from voucher_service.vouchers.register import BookletIsUnknown


@pytest.mark.parametrize(
    "typed",
    [
        "PN-2026-000123",
        " pn 2026 000123 ",
        "pn2026000123",
        "PN–2026–123",
        "PN/2026/000 123",
        "PN-2026-000123-07",
        "PN202600012307",
        # A scanner set for an American keyboard, on a French one.
        'PN)éàé-)ààà&é"',
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert covers.read(typed) == "PN-2026-000123"


def test_a_series_may_end_with_a_digit() -> None:
    assert covers.read("pn2 2026 7") == "PN2-2026-000007"


@pytest.mark.parametrize(
    "typed", ["", "PN-2026", "PN-1926-000123", "7KQ2 MXW9 D4HTB", "PN-2026-12-07", "PN-2026-000123-123"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(NumberIsMistyped):
        covers.read(typed)


def test_lines_name_booklets_and_ranges_of_one_campaign() -> None:
    typed = ["PN-2026-000002", "5", " 7 à 9 ", "pn-2026-11..PN-2026-000012", "8", "13>13"]

    numbers = covers.read_all(typed, series="PN-2026")

    assert [int(number[-2:]) for number in numbers] == [2, 5, 7, 8, 9, 11, 12, 13]


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("9 à 7", RangeIsOutOfBounds),
        ("1 à 2001", RangeIsOutOfBounds),
        ("PN-2027-000001", BookletIsOfAnotherCampaign),
        ("douze", NumberIsMistyped),
        ("1 à", NumberIsMistyped),
    ],
)
def test_a_line_that_names_nothing_is_refused(line: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        covers.read_all([line], series="PN-2026")


def test_the_last_digits_are_enough_where_one_booklet_has_them(given: World) -> None:
    given.campaign()
    desk, other = given.desk(), given.desk()
    booklets = given.active(2)
    given.allocate(booklets, desk)

    found = given.do(lambda s: covers.find(s, typed="2", by=desk.worker))

    assert found.number == booklets[1]
    with pytest.raises(BookletIsUnknown):
        given.do(lambda s: covers.find(s, typed="2", by=other.worker))


def test_the_last_digits_are_not_enough_where_two_campaigns_have_them(given: World) -> None:
    desk = None
    for series in ("PN-2026", "PN-2027"):
        given.series = series
        given.campaign()
        desk = desk or given.desk()
        given.allocate(given.active(1), desk)
    assert desk
    worker = desk.worker

    with pytest.raises(SeveralBookletsHaveThisNumber):
        given.do(lambda s: covers.find(s, typed="1", by=worker))
    assert given.do(lambda s: covers.find(s, typed="pn-2027-1", by=worker)).series == "PN-2027"
