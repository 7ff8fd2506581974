"""Drawing: a map of a few places, made of their coordinates alone: no tile, nothing asked of anybody else.

North is up. The unit is the pixel of a drawing ``WIDTH`` wide; near the places a degree is taken as a plane.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin

WIDTH, HEIGHT = 360.0, 340.0
RADIUS = 15.0
"""Of a numbered point: a target of 30 pixels."""
_MARGIN = 30.0
_APART = 2 * RADIUS + 2
_ROUNDS = 80
_KM_PER_DEGREE = 111.2
_LEAST_SPAN_KM = 1.0
_SCALES_KM = (50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2)
_LONGEST_BAR = 110.0
_LETTER, _LINE = 8.0, 17.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in degrees WGS84; ``no`` is its number in the list, and ``commune`` where it is."""

    no: int
    name: str
    commune: str
    latitude: float
    longitude: float


@dataclass(slots=True)
class Mark:
    """A numbered point: where the place is (``foot``), and where its number stands, a little aside if crowded."""

    spot: Spot
    foot_x: float
    foot_y: float
    x: float
    y: float

    @property
    def is_aside(self) -> bool:
        """Whether a line must lead from the number to the place."""
        return hypot(self.x - self.foot_x, self.y - self.foot_y) > RADIUS / 2


@dataclass(frozen=True, slots=True)
class Label:
    """A name to find one's way by; the text is centred on ``x``."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Bar:
    """The scale: so long a bar is so far."""

    length: float
    kilometres: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map ready to be written as SVG; ``centre`` is where one searched around."""

    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]
    bar: Bar
    centre: tuple[float, float] | None
    width: float = WIDTH
    height: float = HEIGHT
    radius: float = RADIUS


@dataclass(frozen=True, slots=True)
class _Plane:
    """From degrees to pixels."""

    latitude: float
    longitude: float
    per_km: float

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        east = (longitude - self.longitude) * cos(radians(self.latitude)) * _KM_PER_DEGREE
        north = (latitude - self.latitude) * _KM_PER_DEGREE
        return WIDTH / 2 + east * self.per_km, HEIGHT / 2 - north * self.per_km


def draw(spots: Sequence[Spot], *, centre: tuple[float, float] | None = None) -> Drawn | None:
    """Draw the places, and the point one searched around; nothing where there is no place."""
    if not spots:
        return None
    plane = _plane([*((one.latitude, one.longitude) for one in spots), *([centre] if centre else [])])
    marks = [Mark(one, *(2 * plane.at(one.latitude, one.longitude))) for one in spots]
    _spread(marks)
    labels = _labels(marks)
    return Drawn(tuple(marks), tuple(labels), _bar(plane), plane.at(*centre) if centre else None)


def _plane(points: Sequence[tuple[float, float]]) -> _Plane:
    south, north = (pick(one[0] for one in points) for pick in (min, max))
    west, east = (pick(one[1] for one in points) for pick in (min, max))
    latitude, longitude = (south + north) / 2, (west + east) / 2
    high = max((north - south) * _KM_PER_DEGREE, _LEAST_SPAN_KM)
    wide = max((east - west) * cos(radians(latitude)) * _KM_PER_DEGREE, _LEAST_SPAN_KM)
    room = (WIDTH - 2 * _MARGIN) / wide, (HEIGHT - 2 * _MARGIN - _LINE) / high
    return _Plane(latitude, longitude, min(room))


def _spread(marks: Sequence[Mark]) -> None:
    """Push numbers that hide each other apart, a little each time; always the same way."""
    for _ in range(_ROUNDS):
        pairs = [(one, other) for place, one in enumerate(marks) for other in marks[:place]]
        for place, (one, other) in enumerate(pairs):
            _part(one, other, place)
        for mark in marks:
            mark.x = min(max(mark.x, RADIUS + 2), WIDTH - RADIUS - 2)
            mark.y = min(max(mark.y, RADIUS + 2), HEIGHT - RADIUS - _LINE - 6)


def _part(one: Mark, other: Mark, place: int) -> None:
    across, down = one.x - other.x, one.y - other.y
    distance = hypot(across, down)
    if distance >= _APART:
        return
    if distance < 1:
        angle = place * pi * (3 - 5**0.5)
        across, down, distance = cos(angle), sin(angle), 1.0
    push = (_APART - distance) / distance / 2
    one.x, one.y = one.x + across * push, one.y + down * push
    other.x, other.y = other.x - across * push, other.y - down * push


def _labels(marks: Sequence[Mark]) -> list[Label]:
    """Name each commune beside its points, where no point and no other name is hidden."""
    labels: list[Label] = []
    taken = [(one.x - RADIUS, one.y - RADIUS, one.x + RADIUS, one.y + RADIUS) for one in marks]
    taken += [(one.foot_x - 4, one.foot_y - 4, one.foot_x + 4, one.foot_y + 4) for one in marks]
    for commune in dict.fromkeys(mark.spot.commune for mark in marks):
        label = _label(commune, [mark for mark in marks if mark.spot.commune == commune], taken)
        if label is not None:
            labels.append(label)
            taken.append(_box(label))
    return labels


def _label(commune: str, marks: Sequence[Mark], taken: Sequence[tuple[float, ...]]) -> Label | None:
    aside = RADIUS + _LETTER * len(commune) / 2 + 4
    for mark in marks:
        for x, y in ((0, RADIUS + 14), (0, -RADIUS - 6), (aside, 5), (-aside, 5)):
            label = Label(commune, mark.x + x, mark.y + y)
            box = _box(label)
            is_inside = box[0] > 0 and box[2] < WIDTH and box[1] > 0 and box[3] < HEIGHT - _LINE - 4
            if is_inside and not any(_meet(box, other) for other in taken):
                return label
    return None


def _box(label: Label) -> tuple[float, float, float, float]:
    half = _LETTER * len(label.text) / 2
    return label.x - half, label.y - _LINE + 4, label.x + half, label.y + 4


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _bar(plane: _Plane) -> Bar:
    kilometres = next((one for one in _SCALES_KM if one * plane.per_km <= _LONGEST_BAR), _SCALES_KM[-1])
    return Bar(kilometres * plane.per_km, kilometres)
