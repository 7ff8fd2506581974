"""Contests: the refusals that venues ask to look at again, for those who will decide."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Role
from voucher_service.vouchers import contesting
from voucher_service.web.labels import label
from voucher_service.web.pages import Menu, Page, Pages, actor, allow, takes
from voucher_service.web.venue import forms, reasons

pages = Pages("venue_contests")

_A_PAGE = 50


@pages.get("/refus-contestes", menu=Menu("Refus contestés", 85))
@allow(Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
@takes(forms.ContestsForm)
def contests(session: Session, asked: dict[str, Any]) -> Page:
    """List the refusals that venues contest, the newest first; all of them wait."""
    found = contesting.search(
        session, by=actor(), series=asked["series"] or None, after=asked["after"], limit=_A_PAGE + 1
    )
    shown = found[:_A_PAGE]
    kept = {"series": asked["series"]} if asked["series"] else {}
    here = url_for("venue_contests.contests", **kept)
    following: dict[str, Any] = {**kept, "after": shown[-1].id} if len(found) > _A_PAGE else {}
    return Page(
        "venue/contests.html",
        contested=shown,
        ground=label,
        reason=reasons.title,
        next_url=url_for("venue_contests.contests", **following) if following else "",
        first_url=here if asked["after"] else "",
    )
