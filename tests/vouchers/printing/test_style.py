"""A campaign chooses what it prints beside the value of its vouchers."""

from typing import Any

import pytest

from tests.paper.samples import picture
from tests.world import NOW, World
from voucher_service.vouchers.printing import logos as print_logos
from voucher_service.vouchers.printing import style as print_style
from voucher_service.vouchers.printing.logos import LogoPlaceIsUnknown
from voucher_service.vouchers.printing.pictures import LARGEST_BYTES, LogoIsNotReadable
from voucher_service.vouchers.printing.style import (
    ColourIsTooPale,
    PrintStyleHasChanged,
    Style,
    StyleTextIsTooLong,
)


def change(world: World, version: int, **chosen: Any) -> Style:
    given = {"text": "Une heure d’aide.", "phone": "04 67 00 00 00", "colour": "#17407A"} | chosen
    style: Style = world.do(
        lambda s: print_style.change(
            s, series=world.series, version=version, at=NOW, by=world.operator, **given
        )
    )
    return style


def put(world: World, version: int, content: bytes, place: int = 1) -> Style:
    style: Style = world.do(
        lambda s: print_logos.put(
            s,
            series=world.series,
            place=place,
            version=version,
            content=content,
            at=NOW,
            by=world.operator,
        )
    )
    return style


def remove(world: World, version: int, place: int = 1) -> Style:
    style: Style = world.do(
        lambda s: print_logos.remove(
            s, series=world.series, place=place, version=version, at=NOW, by=world.operator
        )
    )
    return style


def logos(world: World) -> list[tuple[int, str]]:
    sizes = world.do(lambda s: print_logos.sizes(s, series=world.series))
    return [(logo.place, logo.content_type) for logo in sizes]


def test_a_campaign_prints_nothing_of_its_own_until_someone_chooses(given: World) -> None:
    given.campaign()

    style = given.do(lambda s: print_style.get(s, series=given.series))

    assert (style.text, style.phone, style.colour, style.version) == ("", "", "#17407a", 0)


def test_a_choice_is_made_from_the_version_that_was_read(given: World) -> None:
    given.campaign()

    first = change(given, 0)
    second = change(given, 1, text="Deux heures d’aide.")

    assert (first.version, first.colour) == (1, "#17407a")
    assert (second.version, second.text) == (2, "Deux heures d’aide.")
    for stale in (0, 1, 3):
        with pytest.raises(PrintStyleHasChanged):
            change(given, stale)


@pytest.mark.parametrize("colour", ["#ffcc00", "#8a8a8a", "17407a", "#17407", "rouge"])
def test_a_colour_that_cannot_be_read_on_white_is_refused(given: World, colour: str) -> None:
    given.campaign()

    with pytest.raises(ColourIsTooPale):
        change(given, 0, colour=colour)


@pytest.mark.parametrize(("field", "longest"), [("text", 160), ("phone", 18)])
def test_a_text_must_fit_on_a_voucher(given: World, field: str, longest: int) -> None:
    given.campaign()
    change(given, 0, **{field: "x" * longest})

    with pytest.raises(StyleTextIsTooLong) as refused:
        change(given, 1, **{field: "x" * (longest + 1)})

    assert (refused.value.field, refused.value.longest) == (field, longest)


def test_logos_are_told_by_their_bytes_and_stand_in_their_places(given: World) -> None:
    given.campaign()

    put(given, 0, picture("JPEG"), place=2)
    put(given, 1, picture("PNG"), place=1)
    replaced = put(given, 2, picture("PNG"), place=2)

    assert logos(given) == [(1, "image/png"), (2, "image/png")]
    assert replaced.version == 3


def test_a_logo_is_taken_away(given: World) -> None:
    given.campaign()
    put(given, 0, picture())

    assert remove(given, 1).version == 2
    assert logos(given) == []
    with pytest.raises(LogoPlaceIsUnknown):
        remove(given, 2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        picture("GIF"),
        picture()[:-60],
        picture(size=(4_001, 10)),
        picture() + bytes(LARGEST_BYTES),
    ],
    ids=["empty", "text", "gif", "cut short", "too wide", "too heavy"],
)
def test_a_logo_that_cannot_be_printed_is_refused(given: World, content: bytes) -> None:
    given.campaign()

    with pytest.raises(LogoIsNotReadable):
        put(given, 0, content)


@pytest.mark.parametrize("place", [0, 5])
def test_there_are_four_places(given: World, place: int) -> None:
    given.campaign()

    with pytest.raises(LogoPlaceIsUnknown):
        put(given, 0, picture(), place=place)
