"""Places: directories of venues are imported, and some venues are made ready to take vouchers.

The venues of a real directory are real; whoever runs and is paid for them here is invented, and says so.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voucher_service.demo import accounts, figures
from voucher_service.demo.client import Caller
from voucher_service.demo.counters import Venue
from voucher_service.demo.display import Scene
from voucher_service.demo.people import Cast, Home, account, found
from voucher_service.demo.promises import expect
from voucher_service.demo.script import Script

SAMPLE = Path(__file__).with_name("venues-sample.csv")
_CONTENT_TYPES = {".json": "application/json"}
_LEGAL_FORMS = ("association", "public", "company", "cooperative")
_AT_ONCE = 4
_FIRST_SIRET, _FIRST_IBAN = 801, 100
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Directory:
    """What became of the lines of a directory, and the venues that it made known."""

    name: str
    counts: dict[str, int]
    venue_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Who is paid for a venue: the account, and the person at the counter."""

    iban: str
    caller: Caller


def import_all(operator: Caller, files: Sequence[Path], scene: Scene) -> list[Directory]:
    """Import each directory twice: the second time, no line has anything new."""
    directories = []
    for file in files:
        first, again = _import(operator, file), _import(operator, file)
        is_the_same = not again.counts["imported"] and not again.counts["updated"]
        expect(is_the_same, f"{file.name} changes nothing the second time ({again.counts})")
        directories.append(first)
        scene.step()
    return directories


def prepare(script: Script, cast: Cast, directories: Sequence[Directory], scene: Scene) -> list[Venue]:
    """Choose venues, give them operators where they have none, and accounts and people; accredit them."""
    chosen = [cast.operator.get(f"/venues/{one}") for one in _spread(directories, script.scale.venues)]
    expect(len(chosen) >= _FEWEST, f"the directories have at least {_FEWEST} venues")
    scene.of(2 * len(chosen))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        operators = list(pool.map(lambda one: _operator(cast, *one), enumerate(chosen)))
        scene.step(len(chosen))
        runners = dict.fromkeys(operators)
        paid = dict(zip(runners, pool.map(lambda one: _equip(cast, *one), enumerate(runners)), strict=True))
        venues = [
            Venue(venue["id"], venue["name"], runner, paid[runner].iban, paid[runner].caller)
            for venue, runner in zip(chosen, operators, strict=True)
        ]
        for _ in pool.map(lambda venue: _accredit(script, cast, script.series, venue), venues):
            scene.step()
    # The campaign that is over was small: one venue took its vouchers.
    _accredit(script, cast, script.late_series, venues[0])
    return venues


def _import(operator: Caller, file: Path) -> Directory:
    content_type = _CONTENT_TYPES.get(file.suffix.lower(), "text/csv")
    report = operator.upload("/venue-imports", file.read_bytes(), content_type)
    known = dict.fromkeys(str(line["venue_id"]) for line in report["lines"] if line["venue_id"])
    return Directory(file.name, report["counts"], tuple(known))


def _spread(directories: Sequence[Directory], wanted: int) -> list[str]:
    """Name venues from all over the first directory, or over all where it has too few."""
    known = directories[0].venue_ids
    if len(known) < wanted:
        known = tuple(dict.fromkeys(one for directory in directories for one in directory.venue_ids))
    count = min(wanted, len(known))
    return [known[place * len(known) // count] for place in range(count)]


def _operator(cast: Cast, place: int, venue: dict[str, Any]) -> str:
    """Return who runs a venue; invent somebody where nobody is known to."""
    if venue["operator_id"]:
        return str(venue["operator_id"])
    name = f"Exploitant fictif n° {place + 1} (démonstration)"
    home = found(cast.operator, name, "venue_operator", figures.siret(_FIRST_SIRET + place))
    legal_form = _LEGAL_FORMS[place % len(_LEGAL_FORMS)]
    cast.operator.post("/venue-operators", organisation_id=home, legal_form=legal_form)
    cast.operator.post("/venue-entrustments", venue_id=venue["id"], operator_id=home)
    return home


def _equip(cast: Cast, place: int, operator_id: str) -> Counterpart:
    """Record what an operator still lacks, and open the account of the person at its counters."""
    known = cast.operator.get(f"/venue-operators/{operator_id}")
    if "legal-form" in known["missing"]:
        version = known["version"]
        cast.operator.patch(f"/venue-operators/{operator_id}", version=version, legal_form="association")
    if "cashing-act" in known["missing"]:
        cast.operator.post(
            "/cashing-acts",
            operator_id=operator_id,
            means="regie-de-recettes",
            reference="Acte n° 0 (fictif, pour la démonstration)",
            signed_on="2020-01-01",
        )
    iban = figures.iban(_FIRST_IBAN + place)
    accounts.record(cast, operator_id, iban)
    home = Home(operator_id, known["name"])
    caller = account(cast.operator, cast.register, f"lieu-{place + 1}", "venue", home)
    return Counterpart(iban, caller)


def _accredit(script: Script, cast: Cast, series: str, venue: Venue) -> None:
    # Whoever imported a venue leaves its accreditation to a colleague.
    cast.second_operator.post(
        "/accreditations",
        series=series,
        venue_id=venue.id,
        decision="accredited",
        reason="file-complete",
        effective_on=script.ago(50).isoformat(),
    )
