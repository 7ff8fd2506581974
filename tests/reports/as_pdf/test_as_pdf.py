"""The table on paper."""

import io
import re
from typing import cast

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from tests.reports.tables import line, statement
from voucher_service.reports import as_pdf
from voucher_service.reports.table import AsOf, Column, Kind, Row, Table, Wording


def _pages(table: Table, language: str = "fr") -> list[str]:
    reader = PdfReader(io.BytesIO(as_pdf.render(table, language=language)))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def _rows(count: int) -> list[Row]:
    return [line(number) for number in range(1, count + 1)]


def test_the_same_table_gives_the_same_bytes() -> None:
    assert as_pdf.render(statement(_rows(80))) == as_pdf.render(statement(_rows(80)))


def test_it_declares_its_language_and_its_title() -> None:
    reader = PdfReader(io.BytesIO(as_pdf.render(statement(_rows(1)))))

    assert str(reader.root_object["/Lang"]) == "fr-FR"
    assert reader.metadata is not None
    assert reader.metadata.title == "Relevé des encaissements"
    assert reader.metadata.author == "Métropole de Fictiville"


def test_every_letter_is_embedded() -> None:
    reader = PdfReader(io.BytesIO(as_pdf.render(statement(_rows(1)))))

    resources = cast("DictionaryObject", reader.pages[0]["/Resources"])
    fonts = [font.get_object() for font in cast("DictionaryObject", resources["/Font"]).values()]

    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)


def test_french_is_printed_letter_for_letter() -> None:
    french = "Œuvre « cœur » à l’été, où naïf ça pèse 10 € — ÉÈÊËÀÂÇÎÏÔÙÛÜŸÆ æ ÿ ñ …"

    assert french in _pages(statement([line(1, serial=french)]))[0]


def test_a_statement_says_who_what_when_and_that_it_is_no_invoice() -> None:
    (page,) = _pages(statement(_rows(3)))

    assert "Métropole de Fictiville" in page
    assert "Médiathèque de l’Œuvre Sainte-Ève" in page
    assert "Situation au 30/04/2026, telle que connue au rang 12345 du registre" in page
    assert "Ce relevé n'est pas une facture." in page
    assert "45,0 % (90 / 200)" in page
    assert page.endswith("Page 1 / 1")


def test_a_long_statement_repeats_its_headings_and_numbers_its_pages() -> None:
    pages = _pages(statement(_rows(150)))

    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert "Numéro du chèque" in page
        assert page.endswith(f"Page {number} / {len(pages)}")


def test_every_row_is_printed_once_and_the_total_last() -> None:
    text = " ".join(_pages(statement(_rows(150))))

    assert re.findall(r"PN-2026-(\d{6})-01", text) == [f"{number:06d}" for number in range(1, 151)]
    assert text.count("Total") == 1
    assert "Total 9 000 1 500,00 €" in text


def test_a_table_without_rows_says_so_and_has_no_total() -> None:
    (page,) = _pages(statement([]))

    assert "Aucune ligne." in page
    assert "Total" not in page


def test_an_english_reader_gets_english() -> None:
    (page,) = _pages(statement(_rows(1)), "en")

    assert "Venue statement" in page
    assert "This statement is not an invoice." in page


def test_many_columns_lie_the_page_down() -> None:
    columns = tuple(
        Column(f"c{number}", Kind.CENTS, "Encaissements", "Redemptions", totalled=True)
        for number in range(10)
    )
    table = Table(
        name="wide",
        title=Wording("Balance", "Balance"),
        as_of=AsOf(statement([]).as_of.on),
        columns=columns,
        rows=[(123456789,) * 10],
    )

    page = PdfReader(io.BytesIO(as_pdf.render(table))).pages[0]

    assert page.mediabox.width > page.mediabox.height
    assert page.extract_text().count("1\u202f234\u202f567,89") == 20


def test_a_text_longer_than_a_page_is_printed_whole() -> None:
    words = [f"mot{number:04d}" for number in range(2_000)]

    text = " ".join(_pages(statement([line(1, serial=" ".join(words))])))

    assert re.findall(r"mot\d{4}", text) == words


def test_several_tables_make_one_document_with_a_bookmark_each() -> None:
    tables = [statement([line(number) for number in range(1, count)]) for count in (3, 80, 2)]

    document = PdfReader(io.BytesIO(as_pdf.bundle(tables)))

    assert len(document.outline) == 3
    feet = [page.extract_text() for page in document.pages]
    assert sum("Page 1 / " in foot for foot in feet) == 3
    assert len(feet) > 3


def test_a_bundle_of_one_table_is_that_table() -> None:
    assert as_pdf.bundle([statement([line(1)])]) == as_pdf.render(statement([line(1)]))
