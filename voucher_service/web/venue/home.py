"""Home: what a venue's people see first: what is left to do before the first pass, then the day's takings."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import accreditation, mediators, readiness
from voucher_service.network.accreditation import Decision
from voucher_service.network.readiness import BEFORE_ACCREDITATION, Missing
from voucher_service.settlement import dues
from voucher_service.vouchers import takings
from voucher_service.vouchers.redemption_search import Wish
from voucher_service.web.labels import label
from voucher_service.web.pages import Menu, Page, Pages, actor, allow
from voucher_service.web.venue import laying, wording

pages = Pages("venue_home", "/guichet")

_SHOWN = 200


@pages.get("/accueil", menu=Menu("Accueil", 10))
@allow(Role.VENUE)
def home(session: Session) -> Page:
    """Show where the venue stands today."""
    operator_id, today = actor().organisation_id, clock.civil_date(clock.now())
    has_begun = takings.has_any(session, operator_id=operator_id)
    owed = dues.of_operator(session, operator_id=operator_id, by=actor()) if has_begun else []
    lacking = readiness.missing(session, operator_id=operator_id)
    return Page(
        "venue/home.html",
        has_begun=has_begun,
        steps=_steps(session, lacking),
        missing=[label(thing) for thing in lacking],
        day=takings.tally(session, operator_id=operator_id, wish=Wish(from_on=today, until_on=today)),
        month=takings.tally(
            session, operator_id=operator_id, wish=Wish(from_on=today.replace(day=1), until_on=today)
        ),
        awaited_cents=sum(due.awaited_cents for due in owed),
        next_due=min((due.pay_by for due in owed if due.pay_by), default=None),
    )


@pages.get("/lieux", menu=Menu("Mes lieux", 70))
@allow(Role.VENUE)
def places(session: Session) -> Page:
    """Show the venues, for which campaigns they are accredited, what is missing, and who delivers."""
    operator_id = actor().organisation_id
    venues = laying.own_venues(session)
    return Page(
        "venue/places.html",
        venues=venues,
        standing=_standing(session),
        missing=[label(thing) for thing in readiness.missing(session, operator_id=operator_id)],
        mediators=mediators.search(session, by=actor(), operator_id=operator_id, limit=_SHOWN),
        label=wording.label,
    )


def _standing(session: Session) -> dict[Any, list[tuple[str, str, Any, bool]]]:
    """Return, for each venue, its last decision in each campaign: campaign, words, since when, whether it is good."""
    last: dict[tuple[Any, str], Any] = {}
    for fact, series in accreditation.search(session, by=actor(), limit=_SHOWN):
        known = last.get((fact.venue_id, series))
        if known is None or known.effective_on <= fact.effective_on:
            last[fact.venue_id, series] = fact
    found: dict[Any, list[tuple[str, str, Any, bool]]] = {}
    for (venue_id, series), fact in last.items():
        is_good = fact.decision is Decision.ACCREDITED
        found.setdefault(venue_id, []).append((series, label(fact.decision), fact.effective_on, is_good))
    return found


def _steps(session: Session, lacking: list[Missing]) -> list[tuple[bool, str, str, str]]:
    """Return what leads to the first pass: whether it is done, in words, with a link and its words."""
    venues, standing = laying.own_venues(session), _standing(session)
    accredited = any(is_good for found in standing.values() for *_rest, is_good in found)
    lieux, training = url_for("venue_home.places"), url_for("venue_training.exercise")
    return [
        (bool(venues), _("Votre lieu est inscrit."), lieux, _("Voir mes lieux")),
        (
            not BEFORE_ACCREDITATION & set(lacking),
            _("L'opérateur a le SIRET, la forme juridique et, pour un organisme public, l'acte de régie."),
            lieux,
            _("Voir ce qui manque"),
        ),
        (accredited, _("Votre lieu est accrédité pour une campagne."), lieux, _("Voir mes accréditations")),
        (
            Missing.BANK_DETAILS not in lacking,
            _(
                "Vos coordonnées bancaires sont enregistrées : elles servent au paiement, pas à l'encaissement."
            ),
            lieux,
            _("Voir ce qui manque"),
        ),
        (False, _("Entraînez-vous avec les codes d'essai."), training, _("S'entraîner")),
        (False, _("Encaissez votre premier pass."), url_for("venue_counter.counter"), _("Encaisser")),
    ]
