"""Describing: a venue is written down, described anew, and entrusted to who runs it."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import organisation_search
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import operators, venues
from voucher_service.network.profile import Profile
from voucher_service.network.venues import VenueIsRegisteredAlready
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome
from voucher_service.web.labels import choices
from voucher_service.web.network import forms
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes

pages = Pages("describing", "/reseau/lieux")

_OFFERED = 20


@pages.get("/nouveau")
@allow(Role.OPERATOR)
def new(_session: Session) -> Page:
    """Ask what the new venue is."""
    return Page("network/venue_new.html", venue=None, **_offered())


@pages.post("/nouveau", back=new)
@allow(Role.OPERATOR)
@takes(forms.VenueForm, about={VenueIsRegisteredAlready: "name"})
def register(session: Session, said: dict[str, Any]) -> Go:
    """Write down a venue; who runs it is said afterwards."""
    profile, _version = _profile(said)
    made = venues.register(session, profile=profile, at=clock.now(), by=actor())
    return Go("venues.venue", venue_id=made.id, said=_("Le lieu est enregistré."))


@pages.get("/<uuid:venue_id>/modifier")
@allow(Role.OPERATOR)
def edition(session: Session, venue_id: UUID) -> Page:
    """Ask what to say differently of a venue."""
    return Page("network/venue_new.html", venue=venues.get(session, venue_id=venue_id), **_offered())


@pages.post("/<uuid:venue_id>/modifier", back=edition)
@allow(Role.OPERATOR)
@takes(forms.VenueForm, about={VenueIsRegisteredAlready: "name"})
def edit(session: Session, said: dict[str, Any], venue_id: UUID) -> Go:
    """Say something new of a venue, unless someone else has just done so."""
    profile, version = _profile(said, insee=venues.get(session, venue_id=venue_id).insee)
    venues.edit(session, venue_id=venue_id, profile=profile, version=version, at=clock.now(), by=actor())
    return Go("venues.venue", venue_id=venue_id, said=_("Le lieu est modifié."))


@pages.get("/<uuid:venue_id>/exploitant")
@allow(Role.OPERATOR)
@takes(forms.PayeeAsked)
def entrusting(session: Session, asked: dict[str, Any], venue_id: UUID) -> Page:
    """Ask who runs the venue, among those who are enrolled."""
    found = organisation_search.search(
        session,
        words=asked["nom"],
        kind=OrganisationKind.VENUE_OPERATOR,
        limit=_OFFERED + 1,
        at=clock.now(),
        by=actor(),
    )
    return Page(
        "network/entrust.html",
        venue=venues.get(session, venue_id=venue_id),
        payees=[(str(one.id), one.name, one.siret or _("SIRET inconnu")) for one in found[:_OFFERED]],
        has_more=len(found) > _OFFERED,
        asked=asked,
    )


@pages.post("/<uuid:venue_id>/exploitant", back=entrusting)
@allow(Role.OPERATOR)
@takes(forms.EntrustForm, about={operators.OperatorIsUnknown: "operator_id"})
def entrust(session: Session, said: dict[str, Any], venue_id: UUID) -> Go:
    """Name who runs the venue, and is paid for it."""
    venues.entrust(session, venue_id=venue_id, **said, at=clock.now(), by=actor())
    return Go("venues.venue", venue_id=venue_id, said=_("L'exploitant est désigné."))


def _offered() -> dict[str, Any]:
    return {
        "services": choices(Service),
        "modalities": choices(Modality),
        "conditions": choices(Condition),
        "welcomes": choices(Welcome),
    }


def _profile(said: dict[str, Any], insee: str | None = None) -> tuple[Profile, int]:
    """Return what was said of a venue, and the version in which it was read."""
    version = said.pop("version")
    latitude, longitude = said.pop("point") or (None, None)
    listed: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in said.items()
    }
    return Profile(**listed, latitude=latitude, longitude=longitude, insee=insee), version
