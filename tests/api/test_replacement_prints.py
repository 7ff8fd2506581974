"""A replaced voucher is printed at once, by whoever replaced it, and only once."""

import io

from pypdf import PdfReader
from sqlalchemy import text

from tests.api.town import API, SERIES, Town, refused
from tests.world import serials_of
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import code

PRINTS = f"{API}/replacement-prints"


def replaced(town: Town, vouchers: int = 1) -> tuple[list[str], dict[str, str]]:
    """Replace vouchers at the desk that handed them over, and name the act."""
    serials = serials_of(town.in_hand()[0])[:vouchers]
    body = {"series": SERIES, "reason": "lost", "serials": serials}
    answer = town.worker.post(f"{API}/replacements", body)
    return serials, {"replacement_id": answer.get_json()["id"]}


def test_the_desk_prints_what_it_replaced_a_page_each(town: Town) -> None:
    serials, body = replaced(town, 2)

    answer = town.worker.post(PRINTS, body)

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages]
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    for page, serial in zip(pages, serials, strict=True):
        assert serial in page
        assert code.grouped(town.world.letters(serial, 2)) in page


def test_a_second_printing_is_refused(town: Town) -> None:
    _, body = replaced(town)
    town.worker.post(PRINTS, body)

    assert refused(town.worker.post(PRINTS, body)) == (409, "replacement-was-printed")


def test_nobody_else_prints_it(town: Town) -> None:
    _, body = replaced(town)

    assert refused(town.other_worker.post(PRINTS, body)) == (404, "replacement-is-unknown")
    assert refused(town.someone(Role.OPERATOR).post(PRINTS, body)) == (404, "replacement-is-unknown")
    assert town.clerk.post(PRINTS, body).status_code == 403
    assert town.worker.post(PRINTS, body).status_code == 200


def test_no_paper_is_kept_with_the_answer(town: Town) -> None:
    _, body = replaced(town)
    town.worker.post(PRINTS, body)

    with town.database.transaction() as session:
        kept = b"".join(session.scalars(text("SELECT body FROM idempotency")))

    assert b"%PDF" not in kept
