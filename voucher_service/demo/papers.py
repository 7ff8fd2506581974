"""Papers: booklets produced, activated, sent to prescribers, counted, put into people's hands, and printed."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle

from voucher_service.demo.client import Caller
from voucher_service.demo.display import Scene
from voucher_service.demo.money import LATE_BOOKLETS
from voucher_service.demo.people import Cast, Site
from voucher_service.demo.promises import expect_same
from voucher_service.demo.script import BOOKLET_SIZE, Script

_NEEDS = ("basic-skills", "reinforced-support", "nudge", "unknown")


@dataclass(frozen=True, slots=True)
class Booklet:
    """A booklet in somebody's hands: the codes printed in it, and the site that handed it over."""

    number: str
    codes: tuple[str, ...]
    site: Site


def produce(script: Script, cast: Cast, scene: Scene) -> None:
    """Produce the booklets of both campaigns and give each its value."""
    for series, booklets in ((script.late_series, LATE_BOOKLETS), (script.series, script.scale.booklets)):
        scene.of(booklets * BOOKLET_SIZE)
        order = cast.operator.post("/batches", series=series, booklets=booklets)
        for job in cast.operator.wait(order):
            scene.reached(job["done"])
        expect_same(job["state"], "succeeded", f"the booklets are produced {job['failure'] or ''}")
        cast.operator.post(
            "/activations",
            series=series,
            batch_no=1,
            mandate_number="MANDAT-FICTIF-1",
            mandated_on=script.ago(65).isoformat(),
        )


def allocate(script: Script, cast: Cast, scene: Scene) -> None:
    """Share all booklets between the prescribers, who count what they receive."""
    share = script.scale.booklets // len(cast.sites)
    for place, site in enumerate(cast.sites):
        first, last = place * share + 1, (place + 1) * share
        _send(cast.operator, site, series=script.series, first=first, last=last)
        scene.step()
    _send(cast.operator, cast.sites[0], series=script.late_series, first=1, last=LATE_BOOKLETS)


def hand_over(script: Script, cast: Cast, scene: Scene) -> list[Booklet]:
    """Put booklets into people's hands, each prescriber its share, and return them with their codes."""
    printed = _codes(cast.operator, script.series, script.scale.booklets, reason="lecture des codes (fictif)")
    share = script.scale.booklets // len(cast.sites)
    each = script.scale.handed_over // len(cast.sites)
    shares = (sorted(printed)[place * share :][:each] for place in range(len(cast.sites)))
    chosen = [
        Booklet(number, printed[number], site)
        for at_once in zip(*shares, strict=True)
        for number, site in zip(at_once, cast.sites, strict=True)
    ]
    need = cycle(_NEEDS)
    with ThreadPoolExecutor(script.scale.clients) as pool:
        for done in [pool.submit(_hand_over, script.series, one, next(need)) for one in chosen]:
            done.result()
            scene.step()
    return chosen


def late_booklets(script: Script, cast: Cast) -> list[Booklet]:
    """Return the booklets of the campaign that is over, with their codes; nobody recorded their handover."""
    printed = _codes(cast.operator, script.late_series, LATE_BOOKLETS)
    return [Booklet(number, codes, cast.sites[0]) for number, codes in sorted(printed.items())]


def print_again(cast: Cast, series: str, number: str) -> tuple[str, ...]:
    """Print one booklet a second time, for its replacement, and return its codes."""
    ordinal = int(number.rsplit("-", 1)[1])
    codes = _codes(cast.operator, series, ordinal, first=ordinal, reason="remplacement (fictif)")
    return codes[number]


def _send(operator: Caller, site: Site, *, series: str, first: int, last: int) -> None:
    sent = operator.post(
        "/allocations", series=series, site_id=site.id, first_booklet=first, last_booklet=last
    )
    site.caller.post("/receipts", allocation_id=sent["id"], counted=last - first + 1)


def _hand_over(series: str, booklet: Booklet, need: str) -> None:
    booklet.site.caller.post(
        "/handovers",
        series=series,
        site_id=booklet.site.id,
        booklets=[booklet.number],
        answers={"need": need, "age_band": "unknown"},
    )


def _codes(
    operator: Caller, series: str, last: int, *, first: int = 1, reason: str | None = None
) -> dict[str, tuple[str, ...]]:
    run = operator.post("/print-runs", series=series, first_booklet=first, last_booklet=last, reason=reason)
    lines = operator.document(f"/print-runs/{run['id']}/codes", accept="text/csv").decode()
    printed: dict[str, list[str]] = {}
    for line in csv.DictReader(io.StringIO(lines)):
        printed.setdefault(line["booklet"], []).append(line["code"])
    return {number: tuple(codes) for number, codes in printed.items()}
