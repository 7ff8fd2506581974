"""Wizard: finance chooses what to pay, looks at whom a run would pay and whom it would leave out, and freezes it."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import CampaignIsUnknown
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.reports.table import Kind
from voucher_service.settlement import freezing, preview
from voucher_service.settlement.freezing import NothingIsDue
from voucher_service.settlement.paying_accounts import PayingAccountIsMissing
from voucher_service.web import listing
from voucher_service.web.language import later
from voucher_service.web.listing import Column
from voucher_service.web.pages import File, Go, Page, Pages, actor, allow, site, takes
from voucher_service.web.prescriber import carrying
from voucher_service.web.runs import wording
from voucher_service.web.runs.forms import PreviewForm
from voucher_service.web.words import euros

pages = Pages("run_wizard", "/lots/preparer")

_SHOWN = 200
_ABOUT: dict[type[Refusal], str] = {
    CampaignIsUnknown: "series",
    NothingIsDue: "cut_off_on",
    PayingAccountIsMissing: "series",
}
_PLANNED = (
    Column(later("Exploitant"), lambda one: one.operator),
    Column(later("Bénéficiaire"), lambda one: one.holder),
    Column("SIRET", lambda one: one.siret),
    Column(later("Compte"), lambda one: one.masked_iban),
    Column(later("Lieux"), lambda one: ", ".join(one.venues)),
    Column(later("Pass"), lambda one: one.redemptions, Kind.INTEGER),
    Column(later("Montant brut"), lambda one: one.amount_cents, Kind.CENTS),
    Column(later("À rendre"), lambda one: one.claim_cents, Kind.CENTS),
    Column(later("Déduit"), lambda one: one.netted_cents, Kind.CENTS),
    Column(later("Net à payer"), lambda one: one.net_cents, Kind.CENTS),
    Column(later("Premier virement"), lambda one: _("oui") if one.is_first else _("non")),
    Column(later("Montant inhabituel"), lambda one: _("oui") if one.is_unusual else _("non")),
)


@pages.get("")
@allow(Role.FINANCE)
def ask(session: Session) -> Page:
    """Ask which campaign is paid, and up to which day of service."""
    return Page(
        "runs/ask.html",
        campaigns=[(one.series, f"{one.series} — {one.name}") for one in campaigns.search(session)],
    )


@pages.get("/apercu")
@allow(Role.FINANCE)
def restart(_session: Session) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    return Go("run_wizard.ask")


@pages.post("/apercu", back=ask)
@allow(Role.FINANCE)
@takes(PreviewForm, about=_ABOUT)
def look(session: Session, said: dict[str, Any]) -> Page:
    """Show whom the run would pay, whom it would leave out, and what freezing it does; nothing is frozen yet."""
    seen = preview.look(
        session, **_asked(said), unusual_from_cents=site().settings.unusual_from_cents, at=clock.now()
    )
    least = said["minimum"]
    carrying.put(said | {"minimum": None if least is None else f"{least // 100},{least % 100:02d}"})
    return Page(
        "runs/preview.html",
        campaign=campaigns.get(session, said["series"]),
        preview=seen,
        payments=seen.payments[:_SHOWN],
        left_out=seen.left_out[:_SHOWN],
        firsts=sum(one.is_first for one in seen.payments),
        unusual=sum(one.is_unusual for one in seen.payments),
        **wording.helpers(),
    )


@pages.post("/apercu.csv", back=ask)
@allow(Role.FINANCE)
@takes(PreviewForm, about=_ABOUT)
def save(session: Session, said: dict[str, Any]) -> File:
    """Save all that the run would pay as a file for a spreadsheet; nothing is frozen."""
    seen = preview.look(
        session, **_asked(said), unusual_from_cents=site().settings.unusual_from_cents, at=clock.now()
    )
    return listing.file(f"apercu-{said['series']}", _PLANNED, seen.payments)


@pages.post("", back=ask)
@allow(Role.FINANCE)
@takes(PreviewForm, about=_ABOUT)
def freeze(session: Session, said: dict[str, Any]) -> Go:
    """Freeze the run."""
    at = clock.now()
    run = freezing.freeze(session, **_asked(said), on=clock.civil_date(at), at=at, by=actor())
    told = _(
        "Le lot %(number)s est arrêté : %(amount)s. Une autre personne l'approuve maintenant.",
        number=run.no,
        amount=euros(run.net_cents),
    )
    return Go("run.shown", series=run.series, number=run.no, said=told)


def _asked(said: dict[str, Any]) -> dict[str, Any]:
    kept = {name: said[name] for name in ("series", "cut_off_on", "is_last")}
    return kept | {"minimum_cents": said["minimum"]}
