"""Setting up: campaigns are opened, amended, blocked; each says what it still needs before a pass can be used."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, deposits, funders, pledges
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import DueOn, LegalBasis, MoneySide, StateFunded
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network.vocabulary import Service
from voucher_service.reports import campaign_use
from voucher_service.vouchers import activation, production
from voucher_service.vouchers.printing import runs as print_runs
from voucher_service.web.campaigns import forms
from voucher_service.web.labels import choices
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes
from voucher_service.web.record import placed

pages = Pages("campaign")

_KEEPERS = (Role.OPERATOR, Role.FINANCE)
_READERS = (*_KEEPERS, Role.FUNDER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a campaign needs before its passes can be used: who does it, where, and whether it is done."""

    words: str
    is_done: bool
    role: Role
    address: str


@pages.get("/campagnes/nouvelle")
@allow(*_KEEPERS)
def new(session: Session) -> Page:
    """Ask for a new campaign's terms."""
    return Page("campaigns/new.html", **_offered(session), rows=forms.KEY_ROWS)


@pages.post("/campagnes/nouvelle", back=new)
@allow(*_KEEPERS)
@takes(forms.CampaignForm, about={campaigns.SeriesIsTaken: "series", funders.FunderIsUnknown: "funder_1"})
def begin(session: Session, said: dict[str, Any]) -> Go:
    """Open a campaign and its books."""
    series = said["series"].upper()
    campaigns.open_campaign(
        session,
        series=series,
        terms=forms.terms_of(said),
        key=forms.key_of(said),
        at=clock.now(),
        by=actor(),
    )
    return Go(
        "campaign.campaign", series=series, said=_("La campagne %(series)s est ouverte.", series=series)
    )


@pages.get("/campagnes/<series>")
@allow(*_READERS)
def campaign(session: Session, series: str) -> Page:
    """Show a campaign: what it still needs, its figures, its terms."""
    found = campaigns.get(session, series)
    today = clock.civil_date(clock.now())
    use = campaign_use.build(session, series=series, position=placed(found.id), on=today, by=actor())
    return Page(
        "campaigns/campaign.html",
        campaign=found,
        is_blocked=campaigns.is_blocked(session, found.id),
        key=campaigns.key_of(session, found.id),
        names={funder.code: funder.name for funder in funders.search(session)},
        steps=_steps(session, found),
        use=list(use.rows),
    )


@pages.get("/campagnes/<series>/modifier")
@allow(*_KEEPERS)
def terms(session: Session, series: str) -> Page:
    """Ask for a campaign's amended terms."""
    return Page("campaigns/terms.html", campaign=campaigns.get(session, series), **_offered(session))


@pages.post("/campagnes/<series>/modifier", back=terms)
@allow(*_KEEPERS)
@takes(forms.AmendmentForm)
def amend(session: Session, said: dict[str, Any], series: str) -> Go:
    """Amend a campaign's terms, unless someone else has just done so."""
    campaigns.amend(session, series=series, version=said["version"], terms=forms.terms_of(said))
    return Go("campaign.campaign", series=series, said=_("Les conditions de la campagne sont modifiées."))


@pages.get("/campagnes/<series>/blocage")
@allow(*_KEEPERS)
def blocking(session: Session, series: str) -> Page:
    """Ask whether a campaign is to be blocked, or released, and say what that does."""
    found = campaigns.get(session, series)
    return Page("campaigns/block.html", campaign=found, is_blocked=campaigns.is_blocked(session, found.id))


@pages.post("/campagnes/<series>/blocage", back=blocking)
@allow(*_KEEPERS)
@takes(forms.BlockForm)
def block(session: Session, said: dict[str, Any], series: str) -> Go:
    """Block a campaign, or release it."""
    campaigns.block(session, series=series, **said, at=clock.now(), by=actor())
    words = _("La campagne est bloquée.") if said["blocked"] else _("La campagne est débloquée.")
    return Go("campaign.campaign", series=series, said=words)


def _offered(session: Session) -> dict[str, Any]:
    return {
        "bases": choices(LegalBasis),
        "sides": choices(MoneySide),
        "dues": choices(DueOn),
        "state_funded": choices(StateFunded),
        "services": choices(Service),
        "funders": [(funder.code, funder.name) for funder in funders.search(session)],
    }


def _steps(session: Session, found: Campaign) -> list[Step]:
    """Say what a campaign needs, in order, from the promise of money to the printed booklet."""
    series, by = found.series, actor()
    money, papers = url_for("funding.money", series=series), url_for("papers.papers", series=series)
    runs = print_runs.search(session, series=series, limit=1)
    return [
        Step(
            _("Enregistrer ce que les financeurs promettent"),
            bool(pledges.search(session, series=series, by=by, limit=1)),
            Role.FINANCE,
            money,
        ),
        Step(
            _("Enregistrer l'argent reçu, ou les crédits engagés"),
            bool(deposits.search(session, series=series, by=by, limit=1)),
            Role.FINANCE,
            money,
        ),
        Step(
            _("Produire les carnets"),
            bool(production.search(session, series=series, limit=1)),
            Role.OPERATOR,
            papers,
        ),
        Step(_("Imprimer les carnets"), bool(runs), Role.OPERATOR, papers),
        Step(
            _("Activer les carnets"),
            bool(activation.search(session, series=series, by=by, limit=1)),
            Role.OPERATOR,
            papers,
        ),
    ]
