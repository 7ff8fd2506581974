"""The four counts before the end: a booklet counts where it is now, not where it once was."""

from sqlalchemy.orm import Session

from tests import life
from tests.reports.answers import answered, placed
from tests.world import World
from voucher_service.reports import validity_counts


def test_each_booklet_counts_where_it_is_with_what_is_left_of_it(given: World, session: Session) -> None:
    life.lived(given)
    placed(session, given)

    report = validity_counts.build(session, series=given.series, on=life.AFTER_ITS_TIME, by=given.finance)

    counts = answered(report).by("count")
    found = {key: (row["booklets"], row["papers_left"], row["left_cents"]) for key, row in counts.items()}
    assert found == {
        "issued": (9, 83, 83_000),
        "injected": (3, 23, 23_000),
        "not-injected": (6, 60, 60_000),
        "started": (2, 15, 15_000),
    }
