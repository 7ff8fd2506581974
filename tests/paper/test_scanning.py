"""Whatever is printed is read back, by scanners that we did not make."""

from pathlib import Path

import pytest

from tests.paper import samples, scanners
from voucher_service.vouchers.printing.formats import Format


def test_every_code_of_a_thousand_vouchers_is_read_back_from_a_poor_scan(tmp_path: Path) -> None:
    scanners.need("pdftoppm", "zbarimg")
    content, written = samples.printed(100, Format.A4_10)
    expected = frozenset(paper.qr_payload for paper in samples.papers(100))

    pages = scanners.rasterised(content, tmp_path)

    assert (written.vouchers, len(pages)) == (1_000, 100)
    assert scanners.seen_by_zxing(pages) == expected
    assert scanners.seen_by_zbar(pages, expected) == expected


@pytest.mark.parametrize("size", [5, 10])
def test_covers_and_vouchers_of_a_booklet_are_read_back(tmp_path: Path, size: int) -> None:
    scanners.need("pdftoppm", "zbarimg")
    content, _ = samples.printed(2, Format.BOOKLET, size)
    vouchers = {paper.qr_payload for paper in samples.papers(2, size)}
    expected = frozenset(vouchers | {"FICTIF-2026-000001", "FICTIF-2026-000002"})

    pages = scanners.rasterised(content, tmp_path)

    assert scanners.seen_by_zxing(pages) == expected
    assert scanners.seen_by_zbar(pages, expected) == expected


def test_vouchers_on_strips_are_read_back(tmp_path: Path) -> None:
    scanners.need("pdftoppm", "zbarimg")
    content, _ = samples.printed(2, Format.A4_3)
    expected = frozenset(paper.qr_payload for paper in samples.papers(2))

    pages = scanners.rasterised(content, tmp_path)

    assert scanners.seen_by_zxing(pages) == expected
    assert scanners.seen_by_zbar(pages, expected) == expected
