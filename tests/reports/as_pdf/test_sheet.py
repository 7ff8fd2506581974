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


def _bands(*heights: int) -> list[Band]:
    return [Band(cells=((str(number),),), height=height) for number, height in enumerate(heights)]


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


@given(
    st.lists(st.integers(10, 90), max_size=30), st.integers(5, 90), st.integers(90, 120), st.integers(0, 80)
)
def test_pages_hold_every_row_in_order_within_their_height(
    heights: list[int], first: int, others: int, tail: int
) -> None:
    pages = sheet.pages(_bands(*heights), first, others, tail)

    numbers = [band.cells[0][0] for page in pages for band in page]
    used = [sum(band.height for band in page) for page in pages]
    rooms = [first, *[others] * (len(pages) - 1)]
    assert numbers == [str(number) for number in range(len(heights))]
    assert all(height <= room for height, room in zip(used, rooms, strict=True))
    assert used[-1] + tail <= rooms[-1] or not pages[-1]


def test_the_last_row_is_never_alone() -> None:
    assert [len(page) for page in sheet.pages(_bands(*[10] * 11), 100, 100, 0)] == [9, 2]


def test_the_last_row_stays_alone_where_two_do_not_fit() -> None:
    assert [len(page) for page in sheet.pages(_bands(40, 40, 80), 100, 100, 0)] == [2, 1]


def test_notes_that_no_longer_fit_go_to_a_page_of_their_own() -> None:
    assert [len(page) for page in sheet.pages(_bands(*[10] * 11), 100, 100, 80)] == [9, 2]
    assert [len(page) for page in sheet.pages(_bands(*[10] * 11), 100, 100, 81)] == [9, 2, 0]


def test_a_long_text_takes_more_lines_rather_than_laying_the_page_down() -> None:
    grid = sheet.grid(
        [Kind.TEXT, Kind.CENTS], ["Lieu", "Montant"], [["Médiathèque " * 20, "10,00"]], _letters
    )

    assert grid.page == sheet.A4
    assert len(next(sheet.bands(grid, ["Médiathèque " * 20, "10,00"], _letters)).cells[0]) > 1


@pytest.mark.parametrize("columns", [1, 3, 12, 30])
def test_columns_fill_the_width_of_the_page(columns: int) -> None:
    kinds = [Kind.TEXT, *[Kind.CENTS] * (columns - 1)]

    grid = sheet.grid(kinds, ["Montant"] * columns, [["1 234,00 €"] * columns], _letters)

    assert sum(grid.widths) == pytest.approx(grid.page[0] - 2 * sheet.MARGIN)
