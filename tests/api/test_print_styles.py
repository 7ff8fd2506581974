"""A campaign's logos, sentence and telephone are set through the API, each change from what was read."""

from typing import Any

from werkzeug.test import TestResponse

from tests.api.town import API, SERIES, Town, refused
from tests.paper.samples import picture

STYLE = f"{API}/campaigns/{SERIES}/print-style"
CHOSEN = {"text": "Une heure d’aide.", "phone": "04 67 00 00 00", "colour": "#7a1740"}


def put(town: Town, path: str, version: int, **options: Any) -> TestResponse:
    return town.operator.ask("PUT", path, headers={"If-Match": f'"{version}"'}, **options)


def test_a_sentence_and_a_telephone_are_chosen(town: Town) -> None:
    before = town.operator.get(STYLE)

    after = put(town, STYLE, 0, json=CHOSEN)

    assert (before.headers["ETag"], after.headers["ETag"]) == ('"0"', '"1"')
    shown = after.get_json()
    assert {name: shown[name] for name in CHOSEN} == CHOSEN
    assert refused(put(town, STYLE, 0, json=CHOSEN)) == (412, "print-style-has-changed")


def test_a_colour_that_cannot_be_read_is_refused(town: Town) -> None:
    assert refused(put(town, STYLE, 0, json=CHOSEN | {"colour": "#ffee00"})) == (422, "colour-is-too-pale")


def test_a_logo_is_put_read_and_taken_away(town: Town) -> None:
    logo, content = f"{STYLE}/logos/2", picture("JPEG")

    there = put(town, logo, 0, data=content, content_type="image/jpeg")
    read = town.operator.get(logo)
    gone = town.operator.ask("DELETE", logo, headers={"If-Match": '"1"'})

    assert there.get_json()["logos"] == [
        {"place": 2, "content_type": "image/jpeg", "size_bytes": len(content)}
    ]
    assert (read.data, read.content_type) == (content, "image/jpeg")
    assert (gone.status_code, gone.get_json()["logos"], gone.headers["ETag"]) == (200, [], '"2"')
    assert refused(town.operator.get(logo)) == (404, "logo-place-is-unknown")


def test_a_logo_is_told_by_its_bytes_not_by_what_is_said_of_it(town: Town) -> None:
    logo = f"{STYLE}/logos/1"

    refusal = put(town, logo, 0, data=picture("GIF"), content_type="image/png")
    taken = put(town, logo, 0, data=picture("JPEG"), content_type="image/png")

    assert refused(refusal) == (422, "logo-is-not-readable")
    assert taken.get_json()["logos"][0]["content_type"] == "image/jpeg"


def test_a_logo_heavier_than_a_mebibyte_is_refused(town: Town) -> None:
    heavy = put(town, f"{STYLE}/logos/1", 0, data=bytes(1024 * 1024 + 1), content_type="image/png")

    assert heavy.status_code == 413


def test_who_does_not_run_campaigns_does_not_choose(town: Town) -> None:
    assert town.worker.get(STYLE).status_code == 403
