"""The map of the places is drawn from their coordinates alone, and every number can be read."""

from itertools import combinations
from math import hypot

from voucher_service.web.public import drawing
from voucher_service.web.public.drawing import HEIGHT, RADIUS, WIDTH, Drawn, Spot


def _spots(*positions: tuple[float, float], commune: str = "Ville-Fictive") -> list[Spot]:
    return [
        Spot(no, f"Lieu {no}", commune, latitude, longitude)
        for no, (latitude, longitude) in enumerate(positions, start=1)
    ]


def _drawn(*positions: tuple[float, float], **more: object) -> Drawn:
    drawn = drawing.draw(_spots(*positions), **more)  # type: ignore[arg-type]
    assert drawn is not None
    return drawn


def test_north_is_up_and_east_is_to_the_right() -> None:
    north, south = _drawn((43.70, 3.80), (43.60, 3.90)).marks

    assert north.y < south.y
    assert north.x < south.x


def test_a_kilometre_is_as_long_across_as_along() -> None:
    drawn = _drawn((43.60, 3.80), (43.60, 3.90), (43.65, 3.85))
    west, east, _ = drawn.marks
    kilometres = 0.10 * 111.2 * 0.7242

    assert abs((east.foot_x - west.foot_x) / kilometres - drawn.bar.length / drawn.bar.kilometres) < 0.5


def test_numbers_at_one_address_stand_apart_and_lead_to_it() -> None:
    drawn = _drawn(*[(43.60, 3.88)] * 10)

    for one, other in combinations(drawn.marks, 2):
        assert hypot(one.x - other.x, one.y - other.y) > 2 * RADIUS - 1
    assert sum(mark.is_aside for mark in drawn.marks) >= 9


def test_everything_stays_on_the_sheet() -> None:
    drawn = _drawn(*[(43.60 + step / 50, 3.88 - step / 30) for step in range(10)], centre=(43.50, 4.10))

    for mark in drawn.marks:
        assert RADIUS <= mark.x <= WIDTH - RADIUS
        assert RADIUS <= mark.y <= HEIGHT - RADIUS
    assert drawn.centre is not None
    assert 0 < drawn.centre[0] < WIDTH
    assert drawn.bar.length < WIDTH / 2


def test_each_commune_is_named_once_and_hides_no_number() -> None:
    spots = [*_spots((43.60, 3.88), (43.601, 3.885)), Spot(3, "Loin", "Lattes", 43.55, 3.92)]

    drawn = drawing.draw(spots)

    assert drawn is not None
    assert [label.text for label in drawn.labels] == ["Ville-Fictive", "Lattes"]
    for label in drawn.labels:
        for mark in drawn.marks:
            assert hypot(mark.x - label.x, mark.y - label.y) > RADIUS - 4


def test_no_place_makes_no_map() -> None:
    assert drawing.draw([]) is None
