"""Returns: a person gives a booklet back, whole or begun; a site sends back what it will not hand out."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import allocation, covers, custody, giving_back, register
from voucher_service.vouchers.register import BookletIsUnknown
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import carrying, choosing, forms

pages = Pages("returns")

_OF_THE_NUMBER = dict.fromkeys(
    (covers.NumberIsMistyped, BookletIsUnknown, custody.BookletsAreElsewhere, custody.BookletsAreEmpty),
    "number",
)
_OF_THE_LINES = dict.fromkeys(
    (
        covers.NumberIsMistyped,
        covers.RangeIsOutOfBounds,
        covers.BookletIsOfAnotherCampaign,
        BookletIsUnknown,
        custody.NoBookletIsNamed,
        custody.BookletsAreElsewhere,
        custody.BookletsAreEmpty,
    ),
    "lines",
)


@pages.get("/rendre")
@allow(Role.PRESCRIBER)
@takes(forms.NumberAsked)
def ask(session: Session, asked: dict[str, Any]) -> Page:
    """Ask which booklet a person gives back, and say what will happen."""
    return Page(
        "prescriber/give_back.html", choices=choosing.read(session, by=actor()), number=asked["number"]
    )


@pages.get("/rendre/verifier")
@allow(Role.PRESCRIBER)
def ask_again(_session: Session) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    return Go("returns.ask")


@pages.post("/rendre/verifier", back=ask)
@allow(Role.PRESCRIBER)
@takes(forms.ReturnForm, about=_OF_THE_NUMBER)
def verify_return(session: Session, said: dict[str, Any]) -> Page:
    """Show which booklet would come back, with how many passes; none has yet."""
    number = covers.read_whole(session, typed=said["number"], by=actor())
    papers = giving_back.left(session, series=register.series_of(number), booklet=number)
    choices = choosing.read(session, by=actor())
    carrying.put(said | {"number": number})
    return Page(
        "prescriber/give_back_check.html", number=number, papers=papers, site=choices.site_name(said["site"])
    )


@pages.post("/rendre", back=ask)
@allow(Role.PRESCRIBER)
@takes(forms.ReturnForm, about=_OF_THE_NUMBER)
def give_back(session: Session, said: dict[str, Any]) -> Go:
    """Take a booklet back into a site's stock, with what is left of it."""
    at, by = clock.now(), actor()
    number = covers.read_whole(session, typed=said["number"], by=by)
    back = giving_back.give_back(
        session,
        series=register.series_of(number),
        booklet=number,
        site_id=said["site"],
        on=clock.civil_date(at),
        at=at,
        by=by,
    )
    told = _(
        "Le carnet est de retour, avec %(papers)s pass. Vous pouvez le remettre à une autre personne.",
        papers=back.papers,
    )
    return Go("booklets.booklet", number=number, said=told)


@pages.get("/renvoyer")
@allow(Role.PRESCRIBER)
def pile(session: Session) -> Page:
    """Ask which booklets go back to the operator."""
    return Page("prescriber/send_back.html", choices=choosing.read(session, by=actor()))


@pages.post("/renvoyer/verifier", back=pile)
@allow(Role.PRESCRIBER)
@takes(forms.PileForm, about=_OF_THE_LINES)
def verify(session: Session, said: dict[str, Any]) -> Page:
    """Show which booklets will go back, before they do."""
    numbers = covers.read_all(said["lines"], series=said["series"])
    choices = choosing.read(session, by=actor())
    carrying.put(said | {"lines": "\n".join(numbers)})
    return Page("prescriber/send_back_check.html", numbers=numbers, site=choices.site_name(said["site"]))


@pages.post("/renvoyer", back=pile)
@allow(Role.PRESCRIBER)
@takes(forms.PileForm, about=_OF_THE_LINES)
def send_back(session: Session, said: dict[str, Any]) -> Go:
    """Give booklets back to the operator's stock."""
    at = clock.now()
    sent = allocation.send_back(
        session,
        series=said["series"],
        booklets=covers.read_all(said["lines"], series=said["series"]),
        site_id=said["site"],
        on=clock.civil_date(at),
        at=at,
        by=actor(),
    )
    told = ngettext(
        "%(num)s carnet est noté comme renvoyé à l'opérateur.",
        "%(num)s carnets sont notés comme renvoyés à l'opérateur.",
        sent.booklets,
    )
    return Go("prescriber.home", said=told)


@pages.get("/renvoyer/<step>")
@allow(Role.PRESCRIBER)
def restart(_session: Session, step: str) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    del step
    return Go("returns.pile")
