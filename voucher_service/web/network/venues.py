"""Venues: all those of the network, found by words and by how they stand, and each with its decisions."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.identity import organisations
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import accreditation, mediators, opening_hours, readiness, venue_list, venues
from voucher_service.network.readiness import BEFORE_ACCREDITATION
from voucher_service.network.venue_list import Wanted
from voucher_service.network.venues import Venue
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome
from voucher_service.paper.letters.letter import spoken
from voucher_service.reports.table import Kind
from voucher_service.web import listing
from voucher_service.web.labels import label
from voucher_service.web.language import language, later
from voucher_service.web.listing import Column
from voucher_service.web.network import forms, wording
from voucher_service.web.pages import File, Heading, Menu, Page, Pages, actor, allow, takes

pages = Pages("venues", "/reseau/lieux")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
_COLUMNS = (
    Column(later("N°"), lambda one: one.venue.no, Kind.INTEGER),
    Column(later("Nom"), lambda one: one.venue.name),
    Column(later("Adresse"), lambda one: one.venue.address),
    Column(later("Code postal"), lambda one: one.venue.postcode),
    Column(later("Commune"), lambda one: one.venue.commune),
    Column(later("Téléphone"), lambda one: one.venue.phone),
    Column(later("Services"), lambda one: ", ".join(label(Service(code)) for code in one.venue.services)),
    Column(later("Exploitant"), lambda one: one.operator),
    Column(later("Accréditation"), lambda one: one.decision and label(one.decision)),
)


@pages.get("", menu=Menu("Lieux", 40, Heading.NETWORK))
@allow(*_READERS)
@takes(forms.VenuesAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List the venues, and offer to decide on several at once."""
    wanted = _wanted(session, asked)
    read = partial(venue_list.search, session, wanted=wanted)
    return Page(
        "network/venues.html",
        sheet=listing.sheet(asked, read, at="venues.listed", csv="venues.export"),
        total=venue_list.count(session, wanted=wanted),
        campaigns=[(one.series, one.series) for one in campaigns.search(session)],
        stands=wording.choices_of(wording.STANDS),
        orders=wording.choices_of(wording.ORDERS),
        tones=wording.TONES,
        asked=asked,
    )


@pages.get("/export.csv", streams=True)
@allow(*_READERS)
@takes(forms.VenuesAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Give the venues that are wanted as a file for a spreadsheet."""
    read = partial(venue_list.search, session, wanted=_wanted(session, asked))
    series = asked["campagne"]
    columns = (*_COLUMNS, Column(later("Campagne"), lambda _one: series)) if series else _COLUMNS
    return listing.file(_("lieux"), columns, listing.whole(read))


@pages.get("/<uuid:venue_id>")
@allow(*_READERS)
def venue(session: Session, venue_id: UUID) -> Page:
    """Show a venue: what is said of it, who runs it, how it stands for each campaign, and why."""
    shown = venues.get(session, venue_id=venue_id)
    decisions = accreditation.search(session, venue_id=venue_id, by=actor(), limit=200)
    return Page(
        "network/venue.html",
        venue=shown,
        hours=opening_hours.said(shown.opening_hours, language()),
        phone=spoken(shown.phone) if shown.phone else "",
        answers=_answers(shown),
        standings=_standings(session, shown),
        decisions=list(reversed(decisions)),
        tones=wording.TONES,
        **_run_by(session, shown),
    )


def _wanted(session: Session, asked: Mapping[str, Any]) -> Wanted:
    series = asked["campagne"]
    return Wanted(
        words=asked["recherche"] or "",
        campaign_id=campaigns.get(session, series).id if series else None,
        stand=asked["etat"],
        order=asked["tri"],
        on=clock.civil_date(clock.now()),
    )


def _answers(shown: Venue) -> list[tuple[str, str]]:
    """Say the coded answers of a venue, by what they are about."""
    about: list[tuple[str, Any, list[str]]] = [
        ("services", Service, shown.services),
        ("modalities", Modality, shown.modalities),
        ("conditions", Condition, shown.conditions),
        ("welcomes", Welcome, shown.welcomes),
    ]
    return [(name, ", ".join(label(kind(code)) for code in codes)) for name, kind, codes in about]


def _standings(session: Session, shown: Venue) -> list[tuple[Any, Any]]:
    today = clock.civil_date(clock.now())
    return [
        (one, accreditation.find_status(session, campaign_id=one.id, venue_id=shown.id, on=today))
        for one in reversed(campaigns.search(session))
    ]


def _run_by(session: Session, shown: Venue) -> dict[str, Any]:
    """Say who runs a venue, what is lacking before it may be accredited, and who delivers there."""
    operator_id = shown.operator_id
    if operator_id is None:
        return {"payee": None, "lacks": [], "mediators": []}
    missing = readiness.missing(session, operator_id=operator_id)
    return {
        "payee": organisations.get(session, organisation_id=operator_id),
        "lacks": [one for one in missing if one in BEFORE_ACCREDITATION],
        "mediators": mediators.search(session, operator_id=operator_id, by=actor(), limit=200),
    }
