"""Identifiers: unique, and in the order of making."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from voucher_service.kernel.identifiers import new_id


def test_identifiers_sort_in_the_order_of_making() -> None:
    made = [new_id() for _ in range(10_000)]

    assert made == sorted(set(made))
    assert {type(one) for one in made} == {UUID}
    assert {one.version for one in made} == {7}


def test_identifiers_made_by_many_threads_at_once_differ() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: new_id(), range(20_000)))

    assert len(set(made)) == len(made)
