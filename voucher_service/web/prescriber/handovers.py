"""Handovers: what was handed over, found again, printed a letter for, undone; and the whole list as a file."""

from collections.abc import Mapping
from enum import Enum
from functools import partial
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import prescribers
from voucher_service.paper.letters import composing, letter, printing
from voucher_service.reports.table import Kind
from voucher_service.vouchers import answers, handover, handover_search
from voucher_service.vouchers.answers import AgeBand, Need, Situation
from voucher_service.vouchers.handover_search import FoundHandover, Wish
from voucher_service.web import listing
from voucher_service.web.language import language, later
from voucher_service.web.listing import Column
from voucher_service.web.pages import File, Go, Menu, Page, Pages, actor, allow, site, takes
from voucher_service.web.prescriber import choosing, forms, labels

pages = Pages("handovers")

_STATES = {"faites": False, "annulees": True}


@pages.get("/remises", menu=Menu("Remises", 30))
@allow(Role.PRESCRIBER)
@takes(forms.HistoryAsked)
def history(session: Session, asked: dict[str, Any]) -> Page:
    """List the handovers of the organisation, found and sorted as the address says."""
    read = partial(handover_search.search, session, wish=_wish(asked), by=actor(), order=asked["tri"])
    return Page(
        "prescriber/history.html",
        sheet=listing.sheet(asked, read, at="handovers.history", csv="handovers.export"),
        needs={member.value: labels.say(labels.NEEDS, member) for member in labels.NEEDS},
        choices=choosing.read(session, by=actor()),
    )


@pages.get("/remises.csv", streams=True)
@allow(Role.PRESCRIBER)
@takes(forms.HistoryAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    found = handover_search.read(session, wish=_wish(asked), by=actor(), order=asked["tri"])
    return listing.file(_("remises"), _COLUMNS, found)


@pages.get("/remises/<uuid:handover_id>")
@allow(Role.PRESCRIBER)
def one(session: Session, handover_id: UUID) -> Page:
    """Show one handover, and what can be done about it."""
    return _shown(session, handover_id, "prescriber/handover.html")


@pages.get("/remises/<uuid:handover_id>/faite")
@allow(Role.PRESCRIBER)
def done(session: Session, handover_id: UUID) -> Page:
    """Say that it is done, what to tell the person, and what to print."""
    return _shown(session, handover_id, "prescriber/handing/done.html")


@pages.get("/remises/<uuid:handover_id>/lettre")
@allow(Role.PRESCRIBER)
@takes(forms.LetterAsked)
def print_letter(session: Session, asked: dict[str, Any], handover_id: UUID) -> File:
    """Print the letter to give with the booklets; it bears nobody's name and no code."""
    facts = composing.for_handover(
        session,
        handover_id=handover_id,
        on=clock.civil_date(clock.now()),
        by=actor(),
        address=site().settings.published(url_for("places.search")),
    )
    content = printing.render(letter.write(facts, language=language()), large=asked["grand"])
    return File(content, printing.MEDIA_TYPE, f"lettre-{facts.numbers[0]}.pdf", is_shown=True)


@pages.get("/remises/<uuid:handover_id>/annuler")
@allow(Role.PRESCRIBER)
def ask_undo(session: Session, handover_id: UUID) -> Page:
    """Say what undoing will do, before it is done."""
    return _shown(session, handover_id, "prescriber/undo.html")


@pages.post("/remises/<uuid:handover_id>/annuler", back=ask_undo)
@allow(Role.PRESCRIBER)
def undo(session: Session, handover_id: UUID) -> Go:
    """Undo a handover that did not happen after all."""
    at = clock.now()
    handover.undo(session, handover_id=handover_id, on=clock.civil_date(at), at=at, by=actor())
    said = _("La remise est annulée : le carnet est de nouveau dans votre placard.")
    return Go("handovers.one", handover_id=handover_id, said=said)


def _shown(session: Session, handover_id: UUID, template: str) -> Page:
    handed = handover.own(session, handover_id=handover_id, by=actor())
    campaign = session.get_one(Campaign, handed.campaign_id)
    noted = answers.answers_of(session, handed.id)
    return Page(
        template,
        handover=handed,
        campaign=campaign,
        numbers=handover.booklets_of(session, handed),
        is_undone=handover.is_undone(session, handed.id),
        site_name=prescribers.get_site(session, site_id=handed.site_id).name,
        noted=[
            (_("Âge"), labels.say(labels.AGES, noted.age_band)),
            (_("Besoin"), labels.say(labels.NEEDS, noted.need)),
            (_("Situation"), labels.say(labels.SITUATIONS, noted.situation)),
        ]
        if noted
        else [],
    )


def _wish(asked: dict[str, Any]) -> Wish:
    return Wish(
        series=asked["series"] or None,
        site_id=asked["site"],
        number=asked["recherche"] or None,
        from_on=asked["from_on"],
        until_on=asked["until_on"],
        undone=_STATES.get(asked["state"] or ""),
    )


def _said(labels_of: Mapping[Enum, str], kind: type[Enum], code: str | None) -> str | None:
    return None if code is None else labels.say(labels_of, kind(code))


def _state(one: FoundHandover) -> str:
    state = "undone" if one.undone else "inferred" if one.inferred else "done"
    return str(_(labels.HANDOVERS[state]))


_COLUMNS = (
    Column(later("Remis le"), lambda one: one.handed_on, Kind.DATE),
    Column(later("Enregistré le"), lambda one: one.at, Kind.INSTANT),
    Column(later("Campagne"), lambda one: one.series),
    Column(later("Site"), lambda one: one.site),
    Column(later("Carnets"), lambda one: " ".join(one.numbers)),
    Column(later("Nombre de carnets"), lambda one: one.booklets, Kind.INTEGER),
    Column(later("Pass utilisés"), lambda one: one.papers_used, Kind.INTEGER),
    Column(later("État"), _state),
    Column(later("Âge"), lambda one: _said(labels.AGES, AgeBand, one.age_band)),
    Column(later("Situation"), lambda one: _said(labels.SITUATIONS, Situation, one.situation)),
    Column(later("Besoin"), lambda one: _said(labels.NEEDS, Need, one.need)),
)
