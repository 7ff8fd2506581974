"""Dashboard: where the money of each campaign is; every number opens on its lines."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Role
from voucher_service.settlement import standing
from voucher_service.settlement.bank import queue
from voucher_service.settlement.standing import Standing
from voucher_service.web import waiting
from voucher_service.web.pages import Menu, Page, Pages, allow
from voucher_service.web.words import euros

pages = Pages("dashboard")


@pages.get("/tableau-de-bord", menu=Menu("Tableau de bord", 5))
@allow(Role.FINANCE, Role.AUDITOR)
def dashboard(session: Session) -> Page:
    """Show each campaign's money, and what waits for somebody."""
    found = standing.of_campaigns(session, campaigns.search(session))
    return Page(
        "dashboard/dashboard.html",
        tasks=waiting.tasks(session),
        campaigns=[(one, _figures(one)) for one in found],
        unmatched=queue.waiting(session),
        claimed_cents=sum(one.claimed for one in found),
    )


def _figures(one: Standing) -> list[dict[str, Any]]:
    money = url_for("funding.money", series=one.series)
    owed = url_for("closing.report", series=one.series, name="charges-a-rattacher")
    runs = url_for("runs.listed", recherche=one.series)
    figures = [
        (_("Disponible pour des pass"), one.available, money),
        (
            _("Dans les pass, pas encore utilisé"),
            one.outstanding,
            url_for("papers.papers", series=one.series),
        ),
        (_("Dû aux lieux"), one.due, owed),
        (_("En cours de paiement"), one.in_payment, runs),
        (_("Payé aux lieux"), one.paid, runs),
        (_("À récupérer auprès des lieux"), one.claimed, url_for("claims.debts")),
        (_("Périmé ou à restituer"), one.to_refund, url_for("validity.campaign", series=one.series)),
        (_("En compte d'attente"), one.waiting, money),
        (_("Frais et pertes"), one.lost, url_for("funding.balance", series=one.series)),
    ]
    return [{"label": label, "value": euros(cents), "url": url} for label, cents, url in figures]
