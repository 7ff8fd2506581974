from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from voucher_service.vouchers import patterns
from voucher_service.vouchers.patterns import Pattern

keys = st.dictionaries(
    st.sampled_from(["caf", "departement", "etat", "metropole", "region"]),
    st.sampled_from([0, 1, 2, 3, 7, 50, 101, 9_973]),
    min_size=1,
).filter(lambda parts: sum(parts.values()) > 0)
counts = st.one_of(st.integers(1, 60), st.sampled_from([997, 1_000, 100_000]))
faces = st.sampled_from([100, 101, 500, 997, 1_000, 100_000])


def _sums(circle: list[Pattern]) -> tuple[Counter[str], Counter[str]]:
    advanced, borne = Counter[str](), Counter[str]()
    for pattern in circle:
        for share in pattern.shares:
            advanced[share.funder] += share.advanced_cents * pattern.count
            borne[share.funder] += share.borne_cents * pattern.count
    return advanced, borne


@given(counts, faces, keys, keys)
@example(1, 100, {"etat": 1, "metropole": 1, "caf": 1}, {"etat": 1})
@example(7, 1_000, {"etat": 1, "metropole": 1, "caf": 1}, {"etat": 1, "metropole": 0})
def test_n_vouchers_carry_the_keys_to_the_cent(
    count: int, face_cents: int, advanced: Mapping[str, int], borne: Mapping[str, int]
) -> None:
    circle = patterns.lay_out(count, face_cents, advanced=advanced, borne=borne)

    by_whom, for_whom = _sums(circle)
    assert +by_whom == +Counter(patterns.totals(count * face_cents, advanced))
    assert +for_whom == +Counter(patterns.totals(count * face_cents, borne))
    for pattern in circle:
        assert sum(share.advanced_cents for share in pattern.shares) == face_cents
        assert sum(share.borne_cents for share in pattern.shares) == face_cents


@given(counts, faces, keys, keys)
def test_there_are_few_patterns_and_they_close_the_circle(
    count: int, face_cents: int, advanced: Mapping[str, int], borne: Mapping[str, int]
) -> None:
    circle = patterns.lay_out(count, face_cents, advanced=advanced, borne=borne)

    payers = sum(part > 0 for part in [*advanced.values(), *borne.values()])
    assert len(circle) <= payers
    assert circle[0].first == 0
    assert circle[-1].last == count - 1
    assert all(after.first == before.last + 1 for before, after in pairwise(circle))


@given(st.integers(0, 10**9), keys)
def test_a_total_is_split_whole_and_nobody_is_a_cent_from_its_part(
    whole: int, parts: Mapping[str, int]
) -> None:
    shares = patterns.totals(whole, parts)

    weight = sum(parts.values())
    assert sum(shares.values()) == whole
    assert all(abs(shares[name] * weight - whole * part) < weight for name, part in parts.items())


def test_the_last_cent_goes_to_the_largest_remainder_then_to_the_first_name() -> None:
    assert patterns.totals(100, {"c": 1, "a": 1, "b": 1}) == {"a": 34, "b": 33, "c": 33}
    assert patterns.totals(101, {"a": 1, "b": 2}) == {"a": 34, "b": 67}


@given(st.integers(1, 3_000))
def test_serials_walk_round_the_circle_and_visit_every_place_once(count: int) -> None:
    step = patterns.stride(count)

    assert len({place * step % count for place in range(count)}) == count


def test_a_stretch_of_serials_has_its_share_of_each_pattern() -> None:
    count, step = 10_000, patterns.stride(10_000)
    circle = patterns.lay_out(count, 1_001, advanced={"etat": 1, "metropole": 1}, borne={"etat": 1})
    wide = circle[0]

    stretch = sum(wide.first <= place * step % count <= wide.last for place in range(1_000, 1_100))

    assert wide.count == 5_000
    assert 45 <= stretch <= 55
