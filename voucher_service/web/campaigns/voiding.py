"""Voiding: spoiled sheets, a lost or stolen box: a range of booklets stops being worth anything, after a look at it."""

from typing import Any

from flask_babel import ngettext
from marshmallow import ValidationError, validates_schema
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts
from voucher_service.vouchers import holdings, register, voiding
from voucher_service.vouchers.voiding import Reason
from voucher_service.web.forms import FormSchema, Lines, Number, One
from voucher_service.web.language import later
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import carrying, labels

pages = Pages("voiding", "/campagnes/<series>/annulation")

_MOST_BOOKLETS = 400
_OF_THE_PAPERS: dict[type[Refusal], str] = {
    register.BookletIsUnknown: "last_booklet",
    register.VoucherIsUnknown: "serials",
}


class VoidForm(FormSchema):
    """Which papers stop being worth anything, and what happened to them."""

    first_booklet = Number(least=1, most=999_999)
    last_booklet = Number(least=1, most=999_999)
    serials = Lines(most=holdings.LARGEST_TARGET)
    reason = One(Reason, needed="Dites ce qui est arrivé à ces pass.")

    @validates_schema
    def _agree(self, said: dict[str, Any], **_: Any) -> None:
        first, last = said["first_booklet"], said["last_booklet"]
        if first is None and last is None and not said["serials"]:
            raise ValidationError({"first_booklet": [later("Indiquez des carnets, ou des numéros de pass.")]})
        if (first is None) != (last is None):
            missing = "first_booklet" if first is None else "last_booklet"
            raise ValidationError({missing: [later("Indiquez le premier et le dernier carnet.")]})
        if first is not None and not 0 <= last - first < _MOST_BOOKLETS:
            words = later("Le dernier carnet vient après le premier, et 400 carnets au plus à la fois.")
            raise ValidationError({"last_booklet": [words]})


@pages.get("")
@allow(Role.OPERATOR, Role.FINANCE)
def ask(session: Session, series: str) -> Page:
    """Ask which papers are to be cancelled, and why."""
    return Page(
        "campaigns/void.html",
        campaign=campaigns.get(session, series),
        reasons=labels.choices(labels.REASONS),
    )


@pages.get("/verifier")
@allow(Role.OPERATOR, Role.FINANCE)
def restart(_session: Session, series: str) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    return Go("voiding.ask", series=series)


@pages.post("/verifier", back=ask)
@allow(Role.OPERATOR, Role.FINANCE)
@takes(VoidForm, about=_OF_THE_PAPERS)
def verify(session: Session, said: dict[str, Any], series: str) -> Page:
    """Say what will happen; nothing is cancelled yet."""
    campaign = campaigns.get(session, series)
    papers = holdings.left(session, campaign_id=campaign.id, **_target(said, series), by=actor())
    carrying.put(said | {"serials": "\n".join(said["serials"])})
    return Page(
        "campaigns/void_check.html",
        campaign=campaign,
        papers=papers,
        value_cents=sum(paper.balance for paper in papers),
        with_people=sum(paper.place == accounts.BENEFICIARIES for paper in papers),
        reason=labels.say(labels.REASONS, said["reason"]),
    )


@pages.post("", back=ask)
@allow(Role.OPERATOR, Role.FINANCE)
@takes(VoidForm, about=_OF_THE_PAPERS)
def void(session: Session, said: dict[str, Any], series: str) -> Go:
    """Cancel what is left of these papers; their value goes back to the funders."""
    at = clock.now()
    done = voiding.void(
        session,
        series=series,
        reason=said["reason"],
        on=clock.civil_date(at),
        at=at,
        by=actor(),
        **_target(said, series),
    )
    told = ngettext("%(num)s pass est annulé.", "%(num)s pass sont annulés.", done.fact.papers)
    return Go("papers.papers", series=series, said=told)


def _target(said: dict[str, Any], series: str) -> dict[str, Any]:
    first, last = said["first_booklet"], said["last_booklet"]
    return {
        "serials": list(dict.fromkeys(line.upper().replace(" ", "") for line in said["serials"])),
        "booklets": [] if first is None else register.numbered(series, first, last),
    }
