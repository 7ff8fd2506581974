"""Demonstration: the scenes in their order, and what must come of each."""

import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voucher_service.demo import (
    accidents,
    counters,
    documents,
    money,
    papers,
    people,
    places,
    printing,
    refusals,
    server,
    settling,
)
from voucher_service.demo.counters import Takings, Venue
from voucher_service.demo.display import Display
from voucher_service.demo.documents import Folder
from voucher_service.demo.papers import Booklet
from voucher_service.demo.people import Cast
from voucher_service.demo.promises import expect, expect_same
from voucher_service.demo.refusals import LATE_USED
from voucher_service.demo.script import FACE_CENTS, Script
from voucher_service.demo.server import Server
from voucher_service.kernel.money import in_euros


@dataclass(frozen=True, slots=True)
class Stage:
    """What every scene is played on."""

    script: Script
    server: Server
    display: Display
    folder: Folder


def play(script: Script, *, directories: Sequence[Path], folder: Folder, display: Display) -> dict[str, Any]:
    """Play everything on a service started for it, and return the summary that was written.

    Raises ``DemonstrationError`` where the service does not do what it promises.
    """
    started = time.perf_counter()
    with server.running(folder.path / "service") as running:
        stage = Stage(script, running, display, folder)
        cast = _open_accounts(stage)
        opening_cents = _fund(stage, cast)
        venues = _open_venues(stage, cast, directories)
        hands = _hand_over(stage, cast)
        takings, late = _trade(stage, cast, venues, hands)
        given_back = _mend(stage, cast, takings, hands)
        paid_cents = _pay(stage, cast, takings, late, opening_cents)
        due_cents = sum(one.cents for one in takings.taken + late.taken) - given_back * FACE_CENTS
        expect_same(paid_cents, due_cents, "everything that was taken and not given back is paid")
        _report(stage, cast, takings, given_back)
        findings = _audit(stage)
        cast.register.leave(running.home)
    summary = {
        "fictitious": True,
        "redeemed": len(takings.taken) + len(late.taken),
        "refused": dict(sorted((takings.refused + late.refused).items())),
        "paid_cents": paid_cents,
        "audit_findings": findings,
        "seconds": round(time.perf_counter() - started, 1),
    }
    folder.summarise(summary)
    return summary


def _open_accounts(stage: Stage) -> Cast:
    with stage.display.scene("The service starts") as scene:
        link = stage.server.command(
            *("user", "add", "operateur@demonstration.invalid", "--name", "Personne fictive (opérateur)"),
            *("--role", "operator", "--referent", "--kind", "operator"),
            *("--organisation", people.OFFICE, "--siret", people.OPERATOR_SIRET),
        )
        stage.server.wait_until_ready()
        scene.say(f"{stage.server.environment['PUBLIC_URL']}, with a PostgreSQL of its own")
    with stage.display.scene("People", 6 + stage.script.scale.prescribers) as scene:
        cast = people.assemble(stage.server, stage.script, link, scene)
        scene.say(f"{6 + len(cast.sites)} accounts, each password chosen through a one-time link")
    return cast


def _fund(stage: Stage, cast: Cast) -> int:
    with stage.display.scene("Funding") as scene:
        cents = money.fund(stage.script, cast)
        scene.say(f"« Campagne de démonstration, fictive »: {in_euros(cents)} received from the Métropole")
    return cents


def _open_venues(stage: Stage, cast: Cast, files: Sequence[Path]) -> list[Venue]:
    with stage.display.scene("Venue directories", len(files)) as scene:
        directories = places.import_all(cast.operator, files, scene)
        scene.say("; ".join(f"{one.name}: {_counted(one.counts)}" for one in directories))
    with stage.display.scene("Venues") as scene:
        venues = places.prepare(stage.script, cast, directories, scene)
        scene.say(f"{len(venues)} accredited, with invented operators, SIRETs and IBANs")
    return venues


def _hand_over(stage: Stage, cast: Cast) -> list[Booklet]:
    scale = stage.script.scale
    with stage.display.scene("Production and activation") as scene:
        papers.produce(stage.script, cast, scene)
        scene.say(f"{scale.booklets} booklets of 10 produced and activated")
    with stage.display.scene("Printing") as scene:
        printing.dress(cast.operator, stage.script)
        printed = printing.print_booklets(cast.operator, stage.script, stage.folder, scene)
        scene.say(f"{printed} booklets with their covers in one file, then erased from the service")
    with stage.display.scene("Allocation", scale.prescribers) as scene:
        papers.allocate(stage.script, cast, scene)
        scene.say(f"sent to {scale.prescribers} prescribers, who counted them")
    with stage.display.scene("Handover", scale.handed_over) as scene:
        hands = papers.hand_over(stage.script, cast, scene)
        scene.say(f"{len(hands)} booklets handed over, codes taken out by a print run")
    return hands


def _trade(
    stage: Stage, cast: Cast, venues: Sequence[Venue], hands: Sequence[Booklet]
) -> tuple[Takings, Takings]:
    script, takings = stage.script, Takings()
    raced, *walking = hands[-2], *hands[:-2]
    codes = counters.share_out(walking, script.scale.vouchers - LATE_USED - 2)
    with stage.display.scene("Redemption", sum(map(len, codes))) as scene:
        counters.open_all_day(script, venues, codes, takings, scene)
        scene.say(
            f"{len(takings.taken)} vouchers at {len(venues)} venues, {script.scale.clients} clients at once"
        )
    with stage.display.scene("Refusals") as scene:
        late = refusals.try_everything(script, cast, venues, raced, takings)
        refused = _counted(takings.refused + late.refused)
        scene.say(f"{script.scale.clients} counters at once took one voucher once; {refused}")
    return takings, late


def _mend(stage: Stage, cast: Cast, takings: Takings, hands: Sequence[Booklet]) -> int:
    script, count = stage.script, stage.script.scale.reversals
    with stage.display.scene("Corrections") as scene:
        accidents.give_back(takings.taken[:count])
        accidents.spoil(hands[-2], script.series, takings)
        accidents.lose(script, cast, hands[-1], takings)
        met = Counter(("voucher-is-void", "voucher-is-replaced"))
        expect(met <= takings.refused, f"cancelled and replaced papers are refused: {dict(takings.refused)}")
        scene.say(
            f"{count} redemptions given back, 1 voucher voided, 1 lost booklet replaced: old code refused"
        )
    return count


def _pay(stage: Stage, cast: Cast, takings: Takings, late: Takings, opening_cents: int) -> int:
    with stage.display.scene("Payment") as scene:
        by_bank = settling.pay_by_bank(stage.script, cast, takings, opening_cents, stage.folder)
        by_mandate = settling.pay_by_mandate(stage.script, cast, takings.refused, stage.folder)
        expect_same(by_mandate, sum(one.cents for one in late.taken), "the public accountant pays the rest")
        scene.say(
            f"{in_euros(by_bank)} by the bank, whose statement was read back; one transfer came back and was paid "
            f"again; {in_euros(by_mandate)} by mandate"
        )
    return by_bank + by_mandate


def _report(stage: Stage, cast: Cast, takings: Takings, given_back: int) -> None:
    with stage.display.scene("Reports") as scene:
        documents.keep_reports(stage.script, cast, takings.taken[-1].venue, stage.folder)
        documents.keep_letter(stage.script, cast.sites[0], stage.folder)
        expect_same(
            documents.used(stage.script, cast),
            len(takings.taken) - given_back,
            "the campaign's report counts what the venues took",
        )
        expect_same(len(takings.taken), stage.script.scale.vouchers - LATE_USED, "vouchers redeemed")
        scene.say("campaign use, trial balance, venue statement, the letter that goes with a booklet")


def _audit(stage: Stage) -> int:
    with stage.display.scene("Audit") as scene:
        said = re.search(r"^audit: ([0-9]+) findings$", stage.server.command("audit"), re.MULTILINE)
        expect(said is not None, "the audit says what it found")
        findings = int(said[1]) if said else -1
        expect_same(findings, 0, "findings of the audit")
        scene.say("every promise proved again from the facts")
    return findings


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)
