"""The letter on paper: large enough, the same bytes each time, its fonts within it, its language said."""

import io
import re
import subprocess
from pathlib import Path

import pytest

from tests.paper.letters.test_letter import facts, venue
from voucher_service.paper.letters import letter, printing

_PHONE = "04 67 00 00 00"


def _tool(*command: str, content: bytes) -> str:
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def _text(content: bytes) -> str:
    return " ".join(_tool("pdftotext", "-layout", "-", "-", content=content).split())


@pytest.fixture(params=[False, True], ids=["usual", "large"])
def large(request: pytest.FixtureRequest) -> bool:
    """Print in both sizes."""
    return bool(request.param)


def test_every_sentence_and_every_french_letter_is_printed(large: bool) -> None:
    content = printing.render(letter.write(facts(phone=_PHONE)), large=large)

    said = _text(content)
    for words in ("Votre carnet de pass numérique", "Centre du Cœur", "100 €", "« J’ai perdu mon carnet. »"):
        assert words in said
    assert f"Une question ? Appelez le {_PHONE}" in said


def test_the_same_letter_is_the_same_bytes(large: bool) -> None:
    written = letter.write(facts())

    assert printing.render(written, large=large) == printing.render(written, large=large)


def test_nothing_is_smaller_than_promised(large: bool) -> None:
    content = printing.render(letter.write(facts(phone=_PHONE)), large=large)
    least = 20 if large else 14

    boxes = _tool("pdftotext", "-bbox-layout", "-", "-", content=content)
    lines = re.findall(r'<line xMin="[\d.]+" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', boxes)

    assert lines
    assert min(float(below) - float(above) for above, below in lines) > least - 0.01


def test_it_says_its_language_and_title_and_holds_its_fonts(large: bool) -> None:
    content = printing.render(letter.write(facts()), large=large)

    assert b"/Lang (fr-FR)" in content
    assert "Votre carnet de pass numérique" in _tool("pdfinfo", "-", content=content)
    fonts = _tool("pdffonts", "-", content=content).splitlines()[2:]
    assert {line.split()[0].partition("+")[2] for line in fonts} == {"DejaVuSans", "DejaVuSans-Bold"}
    assert b"/Lang (en-GB)" in printing.render(letter.write(facts(), language="en"), large=large)


def test_its_chapters_are_bookmarks() -> None:
    content = printing.render(letter.write(facts()))

    assert content.count(b"/Parent") >= len(letter.write(facts()).parts)
    assert b"/Outlines" in content


def test_a_venue_with_very_long_words_does_not_stop_the_print(large: bool, tmp_path: Path) -> None:
    wild = venue(name="<b>Médiathèque & Cie</b> " * 9, opening_hours="x" * 400, phone="0" * 90)

    content = printing.render(letter.write(facts(venues=(wild,) * 4)), large=large)

    assert io.BytesIO(content).read(5) == b"%PDF-"
    assert "<b>Médiathèque & Cie</b>" in _text(content)


def test_a_venue_is_read_on_one_page(large: bool) -> None:
    numbers = [f"+3346700000{number}" for number in range(1, 5)]
    venues = tuple(venue(name=f"Lieu {number}", phone=number) for number in numbers)

    content = printing.render(letter.write(facts(venues=venues)), large=large)
    pages = _tool("pdftotext", "-layout", "-", "-", content=content).replace("\u00a0", " ").split("\f")

    for number in numbers:
        spoken = f"04 67 00 00 0{number[-1]}"
        [page] = [page for page in pages if f"Lieu {number}" in page]
        assert spoken in page
