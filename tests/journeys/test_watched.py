"""The service as its operator watches over it: one account of all processes, and none that outlives its parent."""

import re
from contextlib import closing
from threading import Event

from tests.journeys.clients import Client
from tests.journeys.served import Served

ASKED = 40
_PATIENCE_TENTHS = 200


def test_whichever_process_is_asked_counts_for_all(served: Served) -> None:
    for _ in range(ASKED):
        with closing(Client(served.port)) as client:
            assert client.ask("GET", "/healthz").status == 200

    for _ in range(4):
        with closing(Client(served.port)) as client:
            text = client.ask("GET", "/metrics").body.decode()
        counted = re.search(
            r'voucher_requests_total\{method="GET",route="/healthz",status="200"\} (\S+)', text
        )
        assert counted
        assert float(counted[1]) == ASKED
        assert "voucher_database_up 1.0" in text


def test_when_the_service_is_killed_its_processes_end_too(served: Served) -> None:
    children = served.kill_the_parent()

    for _ in range(_PATIENCE_TENTHS):
        if not served.living():
            break
        Event().wait(0.1)
    assert len(children) >= 3
    assert served.living() == []
    served.start()
