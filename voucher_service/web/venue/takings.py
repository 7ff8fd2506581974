"""Takings pages: what was taken today and this month, one line opened, cancelled, or taken away as a file."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import accreditation
from voucher_service.network.vocabulary import Service
from voucher_service.reports import as_csv
from voucher_service.reports import takings_list as spreadsheet
from voucher_service.settlement import runs
from voucher_service.vouchers import redemption, redemption_search, reversal, takings
from voucher_service.vouchers.redemption_search import Wish
from voucher_service.vouchers.reversal import Cause
from voucher_service.vouchers.takings import Order
from voucher_service.web.labels import label
from voucher_service.web.language import language
from voucher_service.web.pages import File, Go, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.venue import forms, laying, wording

pages = Pages("venue_takings", "/guichet")

_A_PAGE = 50
_MOST_DECISIONS = 500


@pages.get("/encaissements", menu=Menu("Mes encaissements", 40))
@allow(Role.VENUE)
@takes(forms.TakingsForm)
def takings_list(session: Session, asked: dict[str, Any]) -> Page:
    """List what was taken, a page at a time, with its sum."""
    operator_id, wish, start = actor().organisation_id, _wish(asked), asked["start"] or 0
    today = clock.civil_date(clock.now())
    found = takings.search(
        session, operator_id=operator_id, wish=wish, order=asked["order"], start=start, limit=_A_PAGE + 1
    )
    kept = _kept(asked)
    return Page(
        "venue/takings.html",
        **laying.chosen(session),
        takings=found[:_A_PAGE],
        tally=takings.tally(session, operator_id=operator_id, wish=wish),
        orders=wording.choices(Order),
        campaigns=_campaigns(session),
        order=asked["order"].value,
        said_service=_said_service,
        next_url=_list_url(kept, start + _A_PAGE) if len(found) > _A_PAGE else "",
        first_url=_list_url(kept, 0) if start else "",
        file_url=url_for("venue_takings.download", **kept),
        today_url=_list_url({"from_on": today, "until_on": today}, 0),
        month_url=_list_url({"from_on": today.replace(day=1), "until_on": today}, 0),
        is_sieved=bool(kept),
    )


@pages.get("/encaissements.csv", streams=True)
@allow(Role.VENUE)
@takes(forms.TakingsForm)
def download(session: Session, asked: dict[str, Any]) -> File:
    """Give the same list, whole, for a spreadsheet."""
    today = clock.civil_date(clock.now())
    table = spreadsheet.build(
        session,
        operator_id=actor().organisation_id,
        wish=_wish(asked),
        on=today,
        language=language(),
        order=asked["order"],
    )
    return File(as_csv.render(table, language=language()), as_csv.MEDIA_TYPE, f"encaissements-{today}.csv")


@pages.get("/encaissements/<uuid:redemption_id>")
@allow(Role.VENUE)
def taking(session: Session, redemption_id: UUID) -> Page:
    """Show one taking, and whether it can still be cancelled."""
    found = redemption_search.get(session, redemption_id=redemption_id, by=actor())
    return Page(
        "venue/taking.html",
        taking=found,
        venue=next((venue for venue in laying.own_venues(session) if venue.id == found.venue_id), None),
        service=_said_service(found.service),
        duration=wording.duration(found.minutes),
        run=runs.run_of(session, redemption.get(session, redemption_id)),
        causes=wording.choices(Cause),
    )


@pages.get("/encaissements/<uuid:redemption_id>/annuler")
@allow(Role.VENUE)
def ask_cancel(session: Session, redemption_id: UUID) -> Page:
    """Ask why a taking is cancelled, and say what will happen."""
    shown = taking(session, redemption_id)
    return Page("venue/cancel.html", **shown.content)


@pages.post("/encaissements/<uuid:redemption_id>/annuler", back=ask_cancel)
@allow(Role.VENUE)
@takes(forms.CancelForm)
def cancel(session: Session, said: dict[str, Any], redemption_id: UUID) -> Go:
    """Give a taking back: its pass is good again."""
    at = clock.now()
    reversal.reverse(
        session,
        redemption_id=redemption_id,
        cause=said["cause"],
        on=clock.civil_date(at),
        at=at,
        by=actor(),
        run_of=runs.run_of,
    )
    words = _("L'encaissement est annulé : le pass peut servir de nouveau.")
    return Go("venue_takings.taking", redemption_id=redemption_id, said=words)


def _campaigns(session: Session) -> list[tuple[str, str]]:
    decided = accreditation.search(session, by=actor(), limit=_MOST_DECISIONS)
    return [(series, series) for series in sorted({series for _fact, series in decided})]


def _wish(asked: dict[str, Any]) -> Wish:
    return Wish(**{name: asked[name] or None for name in ("venue_id", "series", "from_on", "until_on")})


def _kept(asked: dict[str, Any]) -> dict[str, Any]:
    kept = {name: asked[name] for name in ("venue_id", "series", "from_on", "until_on") if asked[name]}
    return kept if asked["order"] is Order.RECORDED else kept | {"order": asked["order"].value}


def _list_url(kept: dict[str, Any], start: int) -> str:
    values: dict[str, Any] = {
        name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()
    }
    return url_for("venue_takings.takings_list", **values | ({"start": start} if start else {}))


def _said_service(code: str) -> str:
    return label(Service(code))
