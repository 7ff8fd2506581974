"""About: what the pass is, how to be helped, and what the law asks a public service to say of itself."""

from datetime import date

from sqlalchemy.orm import Session

from voucher_service.identity import organisations
from voucher_service.kernel import clock
from voucher_service.network import acceptance
from voucher_service.paper.letters.letter import spoken
from voucher_service.vouchers.answers import YEARS_KEPT
from voucher_service.vouchers.printing import style
from voucher_service.web.pages import Page, Pages, public

pages = Pages("public")

STATED_ON = date(2026, 11, 23)
"""The day of the accessibility statement; until a person audits the pages it says that nobody did."""


@pages.get("/")
@public
def welcome(session: Session) -> Page:
    """Say what the pass is, to whoever comes."""
    under_way = acceptance.under_way(session, on=clock.civil_date(clock.now()))
    return Page("public/welcome.html", campaigns=under_way)


@pages.get("/aide")
@public
def ask(session: Session) -> Page:
    """Say what to do when something goes wrong, and whom to ask."""
    under_way = acceptance.under_way(session, on=clock.civil_date(clock.now()))
    phones = [(one.name, style.get(session, series=one.series).phone) for one in under_way]
    return Page(
        "public/help.html",
        controllers=_controllers(session),
        calls=[(name, phone, spoken(phone)) for name, phone in phones if phone],
    )


@pages.get("/accessibilite")
@public
def accessibility(session: Session) -> Page:
    """State how accessible the pages are (arrêté of 20 September 2019, RGAA)."""
    return Page("public/accessibility.html", controllers=_controllers(session), stated_on=STATED_ON)


@pages.get("/donnees-personnelles")
@public
def personal_data(session: Session) -> Page:
    """Say what is known of people, why, how long, and which rights they have (RGPD, art. 13 and 14)."""
    return Page("public/personal_data.html", controllers=_controllers(session), years=YEARS_KEPT)


@pages.get("/plan")
@public
def plan(_session: Session) -> Page:
    """Show where everything public is."""
    return Page("public/plan.html")


def _controllers(session: Session) -> list[str]:
    """Name who decides of the campaigns under way, each once."""
    under_way = acceptance.under_way(session, on=clock.civil_date(clock.now()))
    homes = dict.fromkeys(campaign.organisation_id for campaign in under_way)
    return [organisations.get(session, organisation_id=home).name for home in homes]
