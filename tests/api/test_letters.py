"""The letter to give with a booklet is read by who handed it over, and by nobody else."""

import subprocess
from typing import Any

from tests.api.town import API, Town, refused
from voucher_service.vouchers.answers import Answers


def _handed(town: Town, **given: Any) -> tuple[str, list[str]]:
    numbers = town.world.active(1)
    town.world.allocate(numbers, town.desk)
    return f"{API}/handovers/{town.world.hand_over(numbers, town.desk, **given).id}/letter", numbers


def _read(content: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_the_letter_names_the_booklet_and_the_venues_near_the_site(town: Town) -> None:
    town.world.shop(name="Médiathèque voisine", latitude=43.61, longitude=3.88)
    town.world.shop(name="Trop loin", commune="Paris", latitude=48.85, longitude=2.35, postcode="75001")
    town.world.shop(accredited=False, name="Pas encore accréditée", latitude=43.61, longitude=3.88)
    path, [number] = _handed(town)

    answer = town.worker.get(path)

    said = _read(answer.data)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert "Voici les lieux les plus près de Montpellier." in said
    assert "Médiathèque voisine" in said
    assert "Trop loin" not in said
    assert "Pas encore accréditée" not in said
    assert number in said


def test_the_persons_own_commune_comes_before_the_sites(town: Town) -> None:
    town.world.shop(name="Près du site", latitude=43.61, longitude=3.88)
    town.world.shop(name="Près de chez lui", commune="Lattes", latitude=43.56, longitude=3.90)
    path, _ = _handed(town, answers=Answers(commune="LATTES"))

    assert "Voici les lieux les plus près de Lattes." in _read(town.worker.get(path).data)


def test_it_bears_no_code_and_nothing_of_what_was_answered(town: Town) -> None:
    path, [number] = _handed(town)
    codes = [town.world.letters(f"{number}-{place:02d}") for place in range(1, 11)]

    said = _read(town.worker.get(path).data).replace(" ", "")

    assert [code for code in codes if code in said] == []


def test_it_is_printed_in_large_letters_and_in_english(town: Town) -> None:
    path, _ = _handed(town)

    large = town.worker.get(f"{path}?size=large&language=en")

    assert "Your booklet of digital passes" in _read(large.data)
    assert len(large.data) != len(town.worker.get(f"{path}?language=en").data)


def test_nobody_reads_the_letter_of_another_organisations_handover(town: Town) -> None:
    path, _ = _handed(town)

    assert refused(town.other_worker.get(path)) == (404, "handover-is-unknown")
    assert town.operator.get(path).status_code == 403
