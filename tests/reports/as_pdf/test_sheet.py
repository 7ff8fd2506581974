"""Where rows go on the pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.reports.as_pdf import sheet
from voucher_service.reports.as_pdf.sheet import Band
from voucher_service.reports.table import Kind


def _letters(text: str, *, bold: bool = False) -> float:
    return len(text) * (0.6 if bold else 0.5)


def _wide(text: str) -> float:
    return float(len(text))


def _bands(count: int, height: float = 10) -> list[Band]:
    return [Band(cells=((str(number),),), height=height) for number in range(count)]


def test_a_text_is_cut_between_words_and_inside_a_word_that_is_too_long() -> None:
    assert sheet.wrap("un deux anticonstitutionnel", 8, _wide) == ("un deux", "anticons", "titution", "nel")


@given(st.text(alphabet="ab é", max_size=80), st.integers(1, 20))
def test_cutting_loses_no_letter_and_keeps_within_the_width(text: str, width: int) -> None:
    lines = sheet.wrap(text, width, _wide)

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(len(line) <= width for line in lines)


def test_a_text_that_is_too_long_for_its_place_ends_with_an_ellipsis() -> None:
    assert sheet.shortened("Métropole", 9, _wide) == "Métropole"
    assert sheet.shortened("Métropole de Fictiville", 10, _wide) == "Métropole…"


@given(st.integers(0, 60), st.integers(5, 90), st.integers(90, 120), st.integers(0, 80))
def test_pages_hold_every_row_in_order_within_their_height(
    rows: int, first: int, others: int, tail: int
) -> None:
    pages = sheet.pages(_bands(rows), first, others, tail)

    assert [band.cells[0][0] for page in pages for band in page] == [str(number) for number in range(rows)]
    assert sum(band.height for band in pages[0]) <= first
    assert all(sum(band.height for band in page) <= others for page in pages[1:])
    room = first if len(pages) == 1 else others
    assert sum(band.height for band in pages[-1]) + tail <= room or not pages[-1]


def test_the_last_row_is_never_alone() -> None:
    pages = sheet.pages(_bands(11), 100, 100, 0)

    assert [len(page) for page in pages] == [9, 2]


@pytest.mark.parametrize("columns", [1, 3, 12, 30])
def test_columns_fill_the_width_of_the_page(columns: int) -> None:
    kinds = [Kind.TEXT, *[Kind.CENTS] * (columns - 1)]

    grid = sheet.grid(kinds, ["Montant"] * columns, [["1 234,00 €"] * columns], _letters)

    assert sum(grid.widths) == pytest.approx(grid.page[0] - 2 * sheet.MARGIN)
