"""Lists of campaigns, and of what was produced, printed and activated for each."""

from collections.abc import Mapping
from enum import Enum
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaign_search, campaigns
from voucher_service.funding.campaign_search import Order, Standing
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.keyset import Order as Recent
from voucher_service.reports.table import Kind
from voucher_service.vouchers import activation, production
from voucher_service.vouchers.printing import runs
from voucher_service.vouchers.printing.formats import Format
from voucher_service.web import listing
from voucher_service.web.forms import Number, One, Typed
from voucher_service.web.labels import choices, label
from voucher_service.web.language import later
from voucher_service.web.listing import Column, ListForm, Read, SearchForm
from voucher_service.web.pages import File, Heading, Menu, Page, Pages, actor, allow, takes

pages = Pages("campaign_lists")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
_OF_PAPERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
_STANDINGS: Mapping[Enum, str] = {
    Standing.COMING: later("À venir"),
    Standing.IN_USE: later("En cours"),
    Standing.CASHING: later("Encaissement seulement"),
    Standing.OVER: later("Terminée"),
}
_TONES = {Standing.COMING: "wait", Standing.IN_USE: "good", Standing.CASHING: "warn", Standing.OVER: ""}
_ORDERS: Mapping[Enum, str] = {
    Order.SERIES: later("Par référence"),
    Order.NAME: later("Par nom"),
    Order.LATEST: later("Les dernières d'abord"),
}
_CAMPAIGNS = (
    Column(later("Référence"), lambda one: one.series),
    Column(later("Nom"), lambda one: one.name),
    Column(later("État"), lambda one: _(_STANDINGS[_standing(one)])),
    Column(later("Usage à partir du"), lambda one: one.use_from, Kind.DATE),
    Column(later("Usage jusqu'au"), lambda one: one.use_until, Kind.DATE),
    Column(later("Encaissement jusqu'au"), lambda one: one.present_until, Kind.DATE),
    Column(later("Valeur d'un pass"), lambda one: one.face_cents, Kind.CENTS),
)
_RANGE = (
    Column(later("Premier carnet"), lambda one: one.first_booklet, Kind.INTEGER),
    Column(later("Dernier carnet"), lambda one: one.last_booklet, Kind.INTEGER),
)
_BATCHES = (
    Column(later("Lot"), lambda one: one.no, Kind.INTEGER),
    *_RANGE,
    Column(later("Produit le"), lambda one: one.produced_on, Kind.DATE),
)
_RUNS = (
    Column(later("Demandée"), lambda one: one.at, Kind.INSTANT),
    *_RANGE,
    Column(later("Présentation"), lambda one: label(one.form) if one.form else _("Liste de codes")),
    Column(later("Demandée par"), lambda one: one.by_name or _("Le service")),
    Column(later("Motif d'une nouvelle impression"), lambda one: one.reason),
)
_ACTIVATIONS = (
    Column(later("Activés"), lambda one: one.at, Kind.INSTANT),
    *_RANGE,
    Column(later("Mandat"), lambda one: one.mandate_number),
    Column(later("Date du mandat"), lambda one: one.mandated_on, Kind.DATE),
)


class CampaignsAsked(SearchForm):
    """Which campaigns are listed."""

    etat = One(Standing)
    tri = One(Order, default=Order.SERIES)


class BatchesAsked(ListForm):
    """Which batches are listed; ``carnet`` is the number of a booklet within its campaign."""

    carnet = Number(least=1, most=999_999)
    tri = One(Recent, default=Recent.NEWEST)


class RunsAsked(BatchesAsked):
    """Which print runs are listed."""

    presentation = One(Format)


class ActivationsAsked(BatchesAsked):
    """Which activations are listed."""

    mandat = Typed(default="", longest=60)


@pages.get("/campagnes", menu=Menu("Campagnes", 10, Heading.CAMPAIGNS))
@allow(*_READERS)
@takes(CampaignsAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List the campaigns that the reader may read of."""
    return Page(
        "campaigns/list.html",
        sheet=listing.sheet(
            asked, _campaigns(session, asked), at="campaign_lists.listed", csv="campaign_lists.export"
        ),
        standings=_STANDINGS,
        standing=_standing,
        tones=_TONES,
        states=listing.choices(_STANDINGS),
        orders=listing.choices(_ORDERS),
    )


@pages.get("/campagnes.csv", streams=True)
@allow(*_READERS)
@takes(CampaignsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file(_("campagnes"), _CAMPAIGNS, listing.whole(_campaigns(session, asked)))


@pages.get("/campagnes/<series>/lots")
@allow(*_OF_PAPERS)
@takes(BatchesAsked)
def batches(session: Session, asked: dict[str, Any], series: str) -> Page:
    """List what was produced for a campaign."""
    return _of_papers(session, asked, series, _batches(session, asked, series), "batches")


@pages.get("/campagnes/<series>/lots.csv", streams=True)
@allow(*_OF_PAPERS)
@takes(BatchesAsked)
def batches_file(session: Session, asked: dict[str, Any], series: str) -> File:
    """Save the same list as a file for a spreadsheet."""
    read = _batches(session, asked, series)
    return listing.file(_("lots-%(series)s", series=series), _BATCHES, listing.whole(read))


@pages.get("/campagnes/<series>/impressions")
@allow(*_OF_PAPERS)
@takes(RunsAsked)
def print_runs(session: Session, asked: dict[str, Any], series: str) -> Page:
    """List what was printed for a campaign, and who asked for it."""
    return _of_papers(session, asked, series, _runs(session, asked, series), "print_runs")


@pages.get("/campagnes/<series>/impressions.csv", streams=True)
@allow(*_OF_PAPERS)
@takes(RunsAsked)
def print_runs_file(session: Session, asked: dict[str, Any], series: str) -> File:
    """Save the same list as a file for a spreadsheet."""
    read = _runs(session, asked, series)
    return listing.file(_("impressions-%(series)s", series=series), _RUNS, listing.whole(read))


@pages.get("/campagnes/<series>/activations")
@allow(*_OF_PAPERS)
@takes(ActivationsAsked)
def activations(session: Session, asked: dict[str, Any], series: str) -> Page:
    """List what was activated for a campaign."""
    return _of_papers(session, asked, series, _activations(session, asked, series), "activations")


@pages.get("/campagnes/<series>/activations.csv", streams=True)
@allow(*_OF_PAPERS)
@takes(ActivationsAsked)
def activations_file(session: Session, asked: dict[str, Any], series: str) -> File:
    """Save the same list as a file for a spreadsheet."""
    read = _activations(session, asked, series)
    return listing.file(_("activations-%(series)s", series=series), _ACTIVATIONS, listing.whole(read))


def _of_papers(session: Session, asked: dict[str, Any], series: str, read: Read, of: str) -> Page:
    here = f"campaign_lists.{of}"
    sheet = listing.sheet(asked, read, at=here, csv=f"{here}_file", series=series)
    openable = runs.may_open(session, found=sheet.rows, by=actor()) if of == "print_runs" else set()
    return Page(
        f"campaigns/{of}.html",
        campaign=campaigns.get(session, series),
        sheet=sheet,
        openable=openable,
        formats=choices(Format),
        orders=listing.choices(listing.ORDERS),
    )


def _campaigns(session: Session, asked: dict[str, Any]) -> Read:
    today = clock.civil_date(clock.now())
    return partial(
        campaign_search.search,
        session,
        today=today,
        by=actor(),
        words=asked["recherche"],
        standing=asked["etat"],
        order=asked["tri"],
    )


def _batches(session: Session, asked: dict[str, Any], series: str) -> Read:
    return partial(production.search, session, series=series, booklet=asked["carnet"], order=asked["tri"])


def _runs(session: Session, asked: dict[str, Any], series: str) -> Read:
    return partial(
        runs.search,
        session,
        series=series,
        booklet=asked["carnet"],
        form=asked["presentation"],
        order=asked["tri"],
    )


def _activations(session: Session, asked: dict[str, Any], series: str) -> Read:
    return partial(
        activation.search,
        session,
        series=series,
        by=actor(),
        booklet=asked["carnet"],
        mandate=asked["mandat"],
        order=asked["tri"],
    )


def _standing(campaign: campaigns.Campaign) -> Standing:
    return campaign_search.standing_of(campaign, today=clock.civil_date(clock.now()))
