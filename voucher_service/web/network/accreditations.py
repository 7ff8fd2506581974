"""Accreditations: where a campaign's passes are good: one venue, or several with one decision."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import accreditation, joint_accreditation, venue_list, venues
from voucher_service.network.accreditation import Decision, Reason, VenueHasNoOperator, VenueIsNotReady
from voucher_service.network.joint_accreditation import VenuesAreNotReady
from voucher_service.web.labels import choices, label
from voucher_service.web.network import forms, wording
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes, typed

pages = Pages("accreditations", "/reseau/lieux")


@pages.get("/<uuid:venue_id>/accreditation")
@allow(Role.OPERATOR)
def deciding(session: Session, venue_id: UUID) -> Page:
    """Say what each decision does to a venue, and ask which is taken, why, and from when."""
    shown = venues.get(session, venue_id=venue_id)
    return Page(
        "network/decide.html",
        venue=shown,
        lacks=joint_accreditation.lacks(session, [shown]),
        own=joint_accreditation.created_by(session, [shown], by=actor()),
        **_offered(session),
    )


@pages.post("/<uuid:venue_id>/accreditation", back=deciding)
@allow(Role.OPERATOR)
@takes(
    forms.DecisionForm,
    about={
        campaigns.CampaignIsUnknown: "series",
        VenueHasNoOperator: "decision",
        VenueIsNotReady: "decision",
    },
)
def decide(session: Session, said: dict[str, Any], venue_id: UUID) -> Go:
    """Accredit, suspend or withdraw a venue for a campaign."""
    campaign_id = campaigns.get(session, said.pop("series")).id
    decided = accreditation.decide(
        session, campaign_id=campaign_id, venue_id=venue_id, **said, at=clock.now(), by=actor()
    )
    told = _("C'est décidé : %(decision)s.", decision=label(decided.decision).lower())
    return Go("venues.venue", venue_id=venue_id, said=told)


@pages.get("/accreditation")
@allow(Role.OPERATOR)
@takes(forms.ChosenAsked)
def deciding_together(session: Session, asked: dict[str, Any]) -> Page:
    """List the venues that were ticked, and ask which decision is taken on all of them."""
    ticked = _ticked() if typed().was_sent and not asked.get("lieu") else asked.get("lieu", [])
    chosen = venue_list.get_all(session, venue_ids=ticked)
    return Page(
        "network/decide_together.html",
        chosen=chosen,
        lacks=joint_accreditation.lacks(session, chosen),
        own=joint_accreditation.created_by(session, chosen, by=actor()),
        **_offered(session),
    )


@pages.post("/accreditation", back=deciding_together)
@allow(Role.OPERATOR)
@takes(forms.JointDecisionForm, about={campaigns.CampaignIsUnknown: "series", VenuesAreNotReady: "decision"})
def decide_together(session: Session, said: dict[str, Any]) -> Go:
    """Take one decision on several venues: all of them, or none."""
    series = said.pop("series")
    decided = joint_accreditation.decide(
        session,
        campaign_id=campaigns.get(session, series).id,
        venue_ids=said.pop("lieu"),
        **said,
        at=clock.now(),
        by=actor(),
    )
    told = ngettext(
        "La décision est prise pour %(num)s lieu.",
        "La décision est prise pour %(num)s lieux.",
        len(decided),
    )
    return Go("venues.listed", campagne=series, said=told)


def _offered(session: Session) -> dict[str, Any]:
    effects = [(one.value, label(one), _(wording.EFFECTS[one])) for one in Decision]
    return {
        "campaigns": wording.open_campaigns(session),
        "decisions": effects,
        "reasons": choices(Reason),
    }


def _ticked() -> list[UUID]:
    """Return the venues that stood ticked in a form that is shown again."""
    found = []
    for one in typed().values("lieu"):
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found
