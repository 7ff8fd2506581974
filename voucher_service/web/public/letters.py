"""Letters: the letter that goes with a booklet, as a page and to print, for whoever lost or cannot read his own."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.network import acceptance, communes
from voucher_service.paper.letters import composing, letter, printing
from voucher_service.paper.letters.letter import Letter
from voucher_service.web.forms import FormSchema, Tick, Typed
from voucher_service.web.language import language
from voucher_service.web.pages import File, Page, Pages, public, site, takes

pages = Pages("letter", "/lettre")


class LetterForm(FormSchema):
    """Near which commune the venues of the letter are, and in which size it is printed."""

    ou = Typed(longest=100)
    grand = Tick()


@pages.get("")
@public
def choose(session: Session) -> Page:
    """Choose of which campaign one reads the letter."""
    under_way = acceptance.under_way(session, on=clock.civil_date(clock.now()))
    return Page("public/letters.html", campaigns=under_way)


@pages.get("/<series>")
@public
@takes(LetterForm)
def read(session: Session, asked: dict[str, Any], series: str) -> Page:
    """Read the letter of a campaign, with the venues near a commune."""
    where = asked["ou"] or ""
    named = communes.find(session, said=where) if where else []
    if len(named) > 1:
        asked = asked | {"ou": None}
    written = _written(session, asked, series)
    near = {"ou": asked["ou"]} if asked["ou"] else {}
    return Page(
        "public/letter.html",
        letter=written,
        near=where,
        several=named if len(named) > 1 else [],
        is_unknown=bool(where) and not named,
        series=series,
        print_url=url_for("letter.print_out", series=series, **near),
        large_url=url_for("letter.print_out", series=series, grand=1, **near),
    )


@pages.get("/<series>/imprimer")
@public
@takes(LetterForm)
def print_out(session: Session, asked: dict[str, Any], series: str) -> File:
    """Print the letter, in usual or in large letters."""
    content = printing.render(_written(session, asked, series), large=asked["grand"])
    return File(content, printing.MEDIA_TYPE, f"lettre-{series}.pdf", is_shown=True)


def _written(session: Session, asked: dict[str, Any], series: str) -> Letter:
    facts = composing.for_anybody(
        session,
        series=series,
        near=asked["ou"],
        on=clock.civil_date(clock.now()),
        address=site().settings.published(url_for("places.search")),
    )
    return letter.write(facts, language=language())
