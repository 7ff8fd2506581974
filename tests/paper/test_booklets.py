"""What a file of vouchers says, whatever its format."""

import io
import re

import pytest
from pypdf import PdfReader

from tests.paper import samples
from voucher_service.paper import strip
from voucher_service.vouchers.printing.formats import Format
from voucher_service.vouchers.printing.style import LONGEST_PHONE, LONGEST_TEXT

CODE = re.compile(r"[2-9A-HJKMNP-Z]{4} [2-9A-HJKMNP-Z]{4} [2-9A-HJKMNP-Z]{5}")
STUB_POINTS = strip.STUB * 72 / 25.4


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def text(content: bytes) -> str:
    # The typeface has one space that breaks a line and others that do not: a reader sees no difference.
    return re.sub(r"[\s\u00a0\u202f]+", " ", " ".join(pages(content)))


@pytest.mark.parametrize(
    ("form", "size", "count"), [(Format.A4_3, 10, 7), (Format.A4_10, 10, 2), (Format.BOOKLET, 10, 8)]
)
def test_booklets_fill_pages_of_their_format(form: Format, size: int, count: int) -> None:
    content, written = samples.printed(2, form, size)

    assert (written.vouchers, written.pages, len(pages(content))) == (20, count, count)


def test_a_booklet_of_five_and_its_cover_fill_two_pages() -> None:
    content, written = samples.printed(3, Format.BOOKLET, 5)

    assert (written.vouchers, written.pages) == (15, 6)
    assert text(content).count("Comment utiliser vos pass") == 0


@pytest.mark.parametrize("form", Format)
def test_every_code_is_written_in_groups_beside_its_number_and_place(form: Format) -> None:
    content, _ = samples.printed(2, form)

    read = text(content)

    assert CODE.findall(read) == [paper.code for paper in samples.papers(2)]
    for paper in samples.papers(2):
        assert paper.serial in read
        assert f"{paper.position}/10" in read


@pytest.mark.parametrize("form", Format)
def test_a_voucher_says_what_it_is_worth_until_when_and_whom_to_call(form: Format) -> None:
    read = text(samples.printed(1, form)[0])

    for said in (
        "10 €",
        "valable jusqu’au 31 décembre 2027",
        "Ne pas plier ce carré",
        "04 67 00 00 00",
        "Campagne de démonstration, fictive",
        "✂",
    ):
        assert read.count(said) >= 1, said


@pytest.mark.parametrize("form", Format)
def test_the_longest_sentence_of_a_campaign_stands_on_every_format_whole(form: Format) -> None:
    words = ("Un pass vaut une heure d’aide : demandez-la à l’accueil de votre mairie. " * 3)[
        :LONGEST_TEXT
    ].rstrip()

    for logos in ((), samples.stationery().logos):
        read = text(samples.printed(1, form, text=words, logos=logos)[0])
        assert words in " ".join(read.split())


@pytest.mark.parametrize("form", Format)
def test_the_longest_telephone_is_never_cut_short(form: Format) -> None:
    phone = "0" * LONGEST_PHONE

    read = text(samples.printed(1, form, phone=phone)[0])

    assert phone in read


def test_every_letter_of_french_is_printed() -> None:
    read = text(samples.printed(1, Format.A4_3)[0])

    assert samples.EVERY_LETTER in read.replace("\u00a0", " ")


def test_a_stub_bears_no_code() -> None:
    content, _ = samples.printed(1, Format.A4_3)
    on_stubs: list[str] = []

    def visit(said: str, ctm: list[float], tm: list[float], *_: object) -> None:
        across = tm[4] * ctm[0] + ctm[4]
        if said.strip() and across < STUB_POINTS:
            on_stubs.append(said)

    for page in PdfReader(io.BytesIO(content)).pages:
        page.extract_text(visitor_text=visit)

    said = " ".join(on_stubs)
    assert said.count("Souche à conserver") == 10
    assert not CODE.search(said)
    assert all(paper.code not in said for paper in samples.papers(1))


def test_the_document_says_its_title_its_language_and_where_each_booklet_begins() -> None:
    content, _ = samples.printed(3, Format.BOOKLET)
    document = PdfReader(io.BytesIO(content))

    assert str(document.root_object["/Lang"]) == "fr-FR"
    assert document.metadata is not None
    assert document.metadata.title == "Pass numériques FICTIF-2026"
    entries = [
        (entry.title, document.get_destination_page_number(entry))  # type: ignore[union-attr, arg-type]
        for entry in document.outline
    ]
    assert entries == [("FICTIF-2026-000001", 0), ("FICTIF-2026-000002", 4), ("FICTIF-2026-000003", 8)]


@pytest.mark.parametrize("form", Format)
def test_fonts_are_embedded(form: Format) -> None:
    content, _ = samples.printed(1, form)

    fonts = content.count(b"/Type /Font ") + content.count(b"/Type /Font\n")

    assert fonts == content.count(b"/FontFile2") > 0


@pytest.mark.parametrize("form", Format)
def test_the_same_papers_give_the_same_bytes(form: Format) -> None:
    assert samples.printed(2, form) == samples.printed(2, form)


def test_a_campaign_that_chose_nothing_is_printed_as_well() -> None:
    read = text(samples.printed(1, Format.BOOKLET, text="", phone="", logos=())[0])

    assert "10 €" in read
    assert "Une question" not in read


def test_a_text_that_is_too_long_ends_in_an_ellipsis() -> None:
    read = text(samples.printed(1, Format.A4_3, text="Beaucoup de mots " * 40)[0])

    assert "…" in read
