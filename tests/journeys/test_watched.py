"""The service as its operator watches over it: one account of all processes, and none that outlives its parent."""

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event

from tests.databases import ROOT
from tests.journeys.clients import Client
from tests.journeys.served import Served, command_line, free_port

ASKED = 40
_STARTED_BY_ANOTHER = """
import sys
from pathlib import Path
from tests.journeys.served import Served

port, folder = int(sys.argv[1]), Path(sys.argv[2])
service = Served(port, {"VAR_DIR": str(folder / "var")}, folder / "log")
service.start()
print(*service.living(), flush=True)
sys.stdin.read()
"""
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

    _wait_while(served.living)
    assert len(children) >= 3
    assert served.living() == []
    served.start()


def test_a_service_stopped_while_a_process_of_it_starts_waits_for_nobody(served: Served) -> None:
    before = set(served.answering())
    served.kill_a_process_that_answers()
    _wait_while(lambda: not set(served.answering()) - before)

    assert served.stop() == 0

    assert "Respawning" in served.said()
    assert "refused to gracefully stop" not in served.said()


def test_when_a_test_is_killed_what_it_served_ends_too(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _STARTED_BY_ANOTHER, str(free_port()), str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as test:  # type: ignore[call-overload]
        started = [int(number) for number in test.stdout.readline().split()]
        test.kill()

    _wait_while(lambda: _living(started))
    assert len(started) >= 4
    assert _living(started) == []


def _living(numbers: Sequence[int]) -> list[int]:
    return [number for number in numbers if command_line(number)]


def _wait_while(something: Callable[[], object]) -> None:
    for _ in range(_PATIENCE_TENTHS):
        if not something():
            return
        Event().wait(0.1)
