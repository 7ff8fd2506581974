"""Basket: the vouchers that one person gives for one service, sorted before any is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.vouchers import delivery, objections, own_booklets, presentation, refused_codes
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.presentation import Occasion, Paper
from voucher_service.vouchers.refused_codes import Counter

LARGEST = 20


class Mode(StrEnum):
    """What happens to a basket in which some vouchers are refused."""

    ALL = "all"
    EACH = "each"


@dataclass(eq=False)
class BasketIsOutOfBounds(Refusal):
    """A basket holds 1 to 20 different vouchers: take the others in a second basket.

    FR: Un panier compte de 1 à 20 pass différents : encaissez les autres dans un second panier.
    """

    kind = Kind.INVALID
    codes: int


@dataclass(eq=False)
class BasketSpansCampaigns(Refusal):
    """These vouchers belong to several campaigns: take those of each campaign apart.

    FR: Ces pass relèvent de plusieurs campagnes : encaissez séparément ceux de chaque campagne.
    """

    series: tuple[str, ...]


@dataclass(eq=False)
class BasketIsRefused(Refusal):
    """Nothing was taken, because some of these vouchers are refused: put them aside and start again.

    FR: Rien n'a été encaissé, car certains de ces pass sont refusés : écartez-les et recommencez.
    """

    refused: tuple[dict[str, Any], ...]


@dataclass(eq=False)
class VisitIsLimited(Refusal):
    """One person may use no more vouchers than that in one visit: take fewer now, the others another day.

    FR: Une même personne ne peut utiliser plus de pass par visite : prenez-en moins, les autres un autre jour.
    """

    vouchers_per_visit: int
    already: int


@dataclass(frozen=True, slots=True)
class Basket:
    """What was given (papers, or why one cannot be read), for which service, at which counter."""

    given: tuple[Paper | Refusal, ...]
    on: Occasion
    delivered: Delivery
    counter: Counter
    mode: Mode = Mode.ALL


@dataclass(frozen=True, slots=True)
class Heaps:
    """What may be taken and what is refused, each by its place in the basket."""

    good: dict[int, Paper]
    refused: dict[int, Refusal]


def refuse_out_of_bounds(codes: Sequence[bytes | Refusal]) -> None:
    """Raise ``BasketIsOutOfBounds`` unless there are 1 to 20 codes, all different."""
    readable = [code for code in codes if isinstance(code, bytes)]
    if not 1 <= len(codes) <= LARGEST or len(set(readable)) != len(readable):
        raise BasketIsOutOfBounds(len(codes))


def sort(session: Session, basket: Basket) -> Heaps:
    """Sort a basket; every code that is turned away is remembered, whatever becomes of the rest.

    Raises ``BasketSpansCampaigns``, ``BasketIsRefused`` (or, for a single voucher, its own refusal),
    ``VisitIsLimited``, ``DutiesAreIncompatible``, and the refusals of ``delivery.objection``.
    """
    heaps = _heaps(session, basket)
    turned = [presentation.turned(basket.given[place], reason) for place, reason in heaps.refused.items()]
    remember = partial(refused_codes.remember, counter=basket.counter, turned=turned)
    objection = _objection(session, basket, heaps)
    if objection is not None:
        raise objection.remembered(remember)
    remember(session)
    return heaps


def _heaps(session: Session, basket: Basket) -> Heaps:
    heaps = Heaps({}, {})
    for place, paper in enumerate(basket.given):
        reason = paper if isinstance(paper, Refusal) else objections.find(session, paper, basket.on)
        if reason is not None:
            heaps.refused[place] = reason
        elif not isinstance(paper, Refusal):
            heaps.good[place] = paper
    return heaps


def _objection(session: Session, basket: Basket, heaps: Heaps) -> Refusal | None:
    papers = [paper for paper in basket.given if not isinstance(paper, Refusal)]
    own = own_booklets.objection(papers, at=basket.counter.at, by=basket.counter.by)
    if own is not None:
        return own
    series = sorted({paper["series"] for paper in papers})
    if len(series) > 1:
        return BasketSpansCampaigns(tuple(series))
    if heaps.refused and (basket.mode is Mode.ALL or not heaps.good):
        return _refusal_of(heaps.refused, len(basket.given))
    good = list(heaps.good.values())
    return _beyond_the_visit(good) or delivery.objection(
        session,
        basket.delivered,
        state_funded=good[0]["state_funded"],
        operator_id=basket.counter.by.organisation_id,
        on=basket.on.served_on,
    )


def _beyond_the_visit(papers: Sequence[Paper]) -> Refusal | None:
    limit = papers[0]["vouchers_per_visit"]
    if limit is None:
        return None
    # Nobody is named at a counter: a booklet stands for the person who holds it.
    already = sum({paper["booklet"]: paper["taken_at_visit"] for paper in papers}.values())
    return VisitIsLimited(limit, already) if already + len(papers) > limit else None


def _refusal_of(refused: dict[int, Refusal], given: int) -> Refusal:
    if given == 1:
        return refused[0]
    return BasketIsRefused(
        tuple(
            {"place": place + 1, "code": refusal.code(), "facts": refusal.facts()}
            for place, refusal in refused.items()
        )
    )
