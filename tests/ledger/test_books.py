"""Books: whose euros a colour stands for."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.ledger.conftest import Books
from voucher_service.ledger import books
from voucher_service.ledger.books import Colour, ColourShare, Share


def faces(session: Session, campaign_id: int) -> dict[int, int]:
    rows = session.execute(select(Colour.no, Colour.face_cents).where(Colour.campaign_id == campaign_id))
    return {row.no: row.face_cents for row in rows}


def test_new_books_hold_papers_and_euros_that_are_nobodys_yet(session: Session) -> None:
    campaign_id = books.open_book(session)

    assert faces(session, campaign_id) == {books.PAPERS: 1, books.UNATTRIBUTED: 1}


def test_two_campaigns_never_share_their_books(session: Session) -> None:
    one, other = books.open_book(session), books.open_book(session)
    books.add_colour(session, campaign_id=one, shares=[Share("etat", 1_000, 1_000)])

    assert len(faces(session, one)) == 3
    assert len(faces(session, other)) == 2


def test_a_colours_face_is_what_its_funders_advance(session: Session, mine: Books) -> None:
    shares = [Share("etat", 0, 500), Share("metropole", 1_000, 500)]

    no = books.add_colour(session, campaign_id=mine.campaign_id, shares=shares)

    assert (no, faces(session, mine.campaign_id)[no]) == (2, 1_000)
    rows = session.scalars(select(ColourShare).where(ColourShare.colour == no))
    kept = {(row.funder, row.advanced_cents, row.borne_cents) for row in rows}
    assert kept == {("etat", 0, 500), ("metropole", 1_000, 500)}


@pytest.mark.parametrize(
    "shares",
    [
        [Share("etat", 500, 499)],
        [Share("etat", 0, 0)],
        [Share("etat", -5, -5)],
        [],
    ],
)
def test_a_colour_that_does_not_share_a_face_is_refused(
    session: Session, mine: Books, shares: list[Share]
) -> None:
    with pytest.raises(ValueError, match="positive face"):
        books.add_colour(session, campaign_id=mine.campaign_id, shares=shares)


def test_a_funder_has_one_unit_colour_however_often_it_is_asked_for(session: Session, mine: Books) -> None:
    first = books.unit_colour(session, campaign_id=mine.campaign_id, funder="etat")

    assert books.unit_colour(session, campaign_id=mine.campaign_id, funder="etat") == first
    assert books.unit_colour(session, campaign_id=mine.campaign_id, funder="metropole") != first


def test_one_cent_in_a_larger_face_is_not_a_unit_colour(session: Session, mine: Books) -> None:
    shares = [Share("etat", 1, 1), Share("metropole", 999, 999)]
    pattern = books.add_colour(session, campaign_id=mine.campaign_id, shares=shares)

    assert books.unit_colour(session, campaign_id=mine.campaign_id, funder="etat") != pattern
