"""After every scenario with money, the books are proved again."""

from collections.abc import Iterator

import pytest

from tests.books import findings_in


@pytest.fixture(autouse=True)
def books_stay_true(request: pytest.FixtureRequest) -> Iterator[None]:
    """Find nothing wrong in the world of the test, whatever was done in it."""
    names = [name for name in ("given", "committed") if name in request.fixturenames]
    worlds = [request.getfixturevalue(name) for name in names]
    yield
    assert [finding for world in worlds for finding in findings_in(world)] == []
