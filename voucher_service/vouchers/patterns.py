"""Patterns: how N vouchers carry the funders' keys to the cent, for any key and any N.

The total of each funder is the largest remainder of N faces. Each voucher takes the whole cents that every
voucher can take; the remaining cents are laid end to end, as arcs, round a circle of N vouchers, and a
voucher takes one cent of the funders whose arc covers it. Serials walk round the circle by a step close
to the golden ratio, so that any stretch of serials has close to its share of each pattern.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gcd

from voucher_service.ledger.books import Share

_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Pattern:
    """The shares of the vouchers that stand from ``first`` to ``last`` (included) on the circle."""

    first: int
    last: int
    shares: tuple[Share, ...]

    @property
    def count(self) -> int:
        """Say how many vouchers bear this pattern."""
        return self.last - self.first + 1


def totals(whole: int, parts: Mapping[str, int]) -> dict[str, int]:
    """Split ``whole`` cents by ``parts`` with the largest remainder; ties go to the first name."""
    weight = sum(parts.values())
    shares = {name: whole * part // weight for name, part in parts.items()}
    left = whole - sum(shares.values())
    by_remainder = sorted(parts, key=lambda name: (-(whole * parts[name] % weight), name))
    for name in by_remainder[:left]:
        shares[name] += 1
    return shares


def lay_out(
    count: int, face_cents: int, *, advanced: Mapping[str, int], borne: Mapping[str, int]
) -> list[Pattern]:
    """Return the patterns of ``count`` vouchers round the circle; their sums are the keys' exact totals."""
    rows = [_Row.of(count, face_cents, parts) for parts in (advanced, borne)]
    edges = sorted({0, count} | {edge for row in rows for edge in row.edges(count)})
    names = sorted(set(advanced) | set(borne))
    return [Pattern(first, after - 1, _shares(rows, names, first, count)) for first, after in pairwise(edges)]


def stride(count: int) -> int:
    """Return the step by which serials walk round a circle of ``count``: it visits every place once."""
    step = max(1, round(count * _GOLDEN))
    while gcd(step, count) != 1:
        step += 1
    return step


@dataclass(frozen=True, slots=True)
class _Row:
    """One key laid on the circle: whole cents for all, and an arc per funder for the cent that remains."""

    base: dict[str, int]
    arcs: Sequence[tuple[str, int, int]]

    @classmethod
    def of(cls, count: int, face_cents: int, parts: Mapping[str, int]) -> "_Row":
        wanted = totals(count * face_cents, parts)
        arcs, start = [], 0
        for name in sorted(wanted):
            length = wanted[name] % count
            if length:
                arcs.append((name, start, length))
                start += length
        return cls({name: total // count for name, total in wanted.items()}, arcs)

    def edges(self, count: int) -> set[int]:
        return {place % count for _, start, length in self.arcs for place in (start, start + length)}

    def cents(self, name: str, place: int, count: int) -> int:
        covered = any((place - start) % count < length for who, start, length in self.arcs if who == name)
        return self.base.get(name, 0) + covered


def _shares(rows: Sequence[_Row], names: Sequence[str], place: int, count: int) -> tuple[Share, ...]:
    shares = (Share(name, *(row.cents(name, place, count) for row in rows)) for name in names)
    return tuple(share for share in shares if share.advanced_cents or share.borne_cents)
