"""Ready: booklets that somebody is about to hand over, looked at before anything is asked about the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Refusal
from voucher_service.network.prescribers import Site
from voucher_service.vouchers import allowance, covers, prescription
from voucher_service.vouchers.booklet_search import FoundBooklet, Place
from voucher_service.vouchers.custody import NoBookletIsNamed
from voucher_service.vouchers.handover import BookletsAreNotActive


@dataclass(frozen=True, slots=True)
class Ready:
    """Booklets of one campaign at one site, and how many vouchers they hold; ``cents`` in cents."""

    campaign: Campaign
    site: Site
    booklets: tuple[FoundBooklet, ...]

    @property
    def numbers(self) -> list[str]:
        """The booklets' numbers."""
        return [booklet.number for booklet in self.booklets]

    @property
    def papers(self) -> int:
        """How many vouchers the person will hold."""
        return sum(booklet.papers_left for booklet in self.booklets)

    @property
    def cents(self) -> int:
        """What they are worth."""
        return self.papers * self.campaign.face_cents


@dataclass(eq=False)
class BookletIsHandedOver(Refusal):
    """This booklet was handed over already: check its number on the cover, or take another one.

    FR: Ce carnet a déjà été remis : vérifiez son numéro sur la couverture, ou prenez-en un autre.
    """

    booklet: str
    since_on: date


@dataclass(eq=False)
class BookletIsOnItsWay(Refusal):
    """This booklet is noted as on its way to you: count its parcel first, under "Receive booklets".

    FR: Ce carnet est noté en route vers vous : comptez d'abord son colis, dans « Recevoir des carnets ».
    """

    booklet: str


@dataclass(eq=False)
class BookletIsMissing(Refusal):
    """This booklet was missing at a count: open its page to say that it is found, then hand it over.

    FR: Ce carnet manquait à un inventaire : ouvrez sa page pour dire qu'il est retrouvé, puis remettez-le.
    """

    booklet: str


@dataclass(eq=False)
class BookletIsUsedUp(Refusal):
    """Nothing is left in this booklet: every voucher was used or cancelled. Take another one.

    FR: Il ne reste rien dans ce carnet : chaque pass a été utilisé ou annulé. Prenez-en un autre.
    """

    booklet: str


@dataclass(eq=False)
class BookletsDoNotGoTogether(Refusal):
    """These booklets are of two campaigns or of two sites: hand them over one after the other.

    FR: Ces carnets sont de deux campagnes ou de deux sites : remettez-les l'un après l'autre.
    """

    booklets: tuple[str, ...]


@dataclass(eq=False)
class BookletIsInNobodysHands(Refusal):
    """This booklet was not handed over to anybody: check its number.

    FR: Ce carnet n'a été remis à personne : vérifiez son numéro.
    """

    booklet: str


def lost(session: Session, *, typed: str, by: Actor) -> FoundBooklet:
    """Return the booklet of the actor's that somebody says he lost, if something is left of it.

    Raises the refusals of ``covers.find``, ``BookletIsInNobodysHands``, ``BookletIsUsedUp``.
    """
    booklet = covers.find(session, typed=typed, by=by)
    if booklet.place is not Place.HANDED_OVER:
        raise BookletIsInNobodysHands(booklet.number)
    if not booklet.papers_left:
        raise BookletIsUsedUp(booklet.number)
    return booklet


def check(
    session: Session,
    *,
    typed: Sequence[str],
    by: Actor,
    person_id: UUID | None = None,
    prescription_id: UUID | None = None,
) -> Ready:
    """Return the booklets of the actor's that were typed or scanned, if one person can receive them all.

    Nothing is written. Raises ``NoBookletIsNamed``, the refusals of ``covers.find``, ``BookletIsHandedOver``,
    ``BookletIsOnItsWay``, ``BookletIsMissing``, ``BookletIsUsedUp``, ``BookletsAreNotActive``,
    ``BookletsDoNotGoTogether``, ``CampaignIsBlocked``, ``PrescriptionIsUnknown``, ``PersonHasEnoughBooklets``.
    """
    if not typed:
        raise NoBookletIsNamed
    named = (covers.find(session, typed=letters, by=by) for letters in typed)
    found = {one.number: one for one in named}
    for booklet in found.values():
        _refuse(booklet)
    places = {(booklet.campaign_id, booklet.site_id) for booklet in found.values()}
    if len(places) > 1:
        raise BookletsDoNotGoTogether(tuple(found))
    [(campaign_id, site_id)] = places
    campaign = session.get_one(Campaign, campaign_id)
    campaigns.refuse_if_blocked(session, campaign)
    if prescription_id is not None:
        person_id = prescription.own(session, prescription_id=prescription_id, by=by).person_id
    allowance.refuse_beyond(session, campaign=campaign, person_id=person_id, booklets=len(found))
    return Ready(campaign, session.get_one(Site, site_id), tuple(found.values()))


def _refuse(booklet: FoundBooklet) -> None:
    if booklet.place is Place.HANDED_OVER:
        raise BookletIsHandedOver(booklet.number, booklet.since_on)
    if booklet.place is Place.IN_TRANSIT:
        raise BookletIsOnItsWay(booklet.number)
    if booklet.place is Place.MISSING:
        raise BookletIsMissing(booklet.number)
    if not booklet.papers_left:
        raise BookletIsUsedUp(booklet.number)
    if not booklet.active:
        raise BookletsAreNotActive((booklet.number,))
