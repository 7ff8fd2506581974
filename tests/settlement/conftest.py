"""What the tests of settlement share."""

import pytest

from tests.settlement.office import Scene, opened
from tests.world import World


@pytest.fixture
def scene(given: World) -> Scene:
    """Give a campaign that can pay, in the test's own transaction."""
    return opened(given)
