"""The embedded PostgreSQL survives what happens to laptops, and leaves nothing running."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests import databases
from voucher_service.kernel import embedded
from voucher_service.kernel.config import ConfigurationError
from voucher_service.kernel.embedded import Cluster

COPIES = 20
Copying = multiprocessing.get_context("fork")
SETTINGS = {"fsync": "off", "shared_buffers": "16MB"}
NEIGHBOUR = f"""
import sys
from pathlib import Path
from voucher_service.kernel.embedded import Cluster
cluster = Cluster(Path(sys.argv[1]), {SETTINGS!r})
print(cluster.pid, flush=True)
sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("embedded") / "postgresql"


@contextmanager
def neighbour(home: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run another process that uses the same home, and say which server it found."""
    process = begin(home)
    assert process.stdout
    yield process, int(process.stdout.readline())
    process.communicate("leave\n")


def begin(home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", NEIGHBOUR, str(home)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=databases.ROOT
    )


def connected(cluster: Cluster) -> psycopg.Connection:
    url = make_url(cluster.create("books")).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def answers(cluster: Cluster) -> bool:
    with connected(cluster) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def end(pid: int) -> None:
    """Kill a server as a power cut would, and wait until it is dead."""
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < deadline


def test_a_server_starts_where_there_was_none_and_stops_with_its_last_user(home: Path) -> None:
    with embedded.running(home, SETTINGS) as cluster:
        pid = cluster.pid
        assert pid
        assert answers(cluster)

    assert not is_alive(pid)


def test_two_processes_share_one_server_and_the_last_one_out_stops_it(home: Path) -> None:
    with neighbour(home) as (_, theirs):
        with embedded.running(home, SETTINGS) as cluster:
            ours = cluster.pid
            assert answers(cluster)
        assert is_alive(theirs)

    assert ours == theirs
    assert not is_alive(theirs)


def test_processes_that_start_at_once_find_the_same_server(tmp_path: Path) -> None:
    together = [begin(tmp_path / "new") for _ in range(3)]
    found = {int(process.stdout.readline()) for process in together if process.stdout}
    for process in together:
        process.communicate("leave\n")

    assert len(found) == 1
    assert not is_alive(found.pop())


def test_a_database_that_several_make_at_once_is_made_once(home: Path) -> None:
    with embedded.running(home, SETTINGS) as cluster, ThreadPoolExecutor(8) as pool:
        for number in range(5):
            assert len(set(pool.map(cluster.create, [f"shared_{number}"] * 8))) == 1


def test_a_killed_server_is_started_again_and_has_kept_what_it_confirmed(home: Path) -> None:
    with embedded.running(home, SETTINGS) as cluster:
        with connected(cluster) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS proof")
            assert cluster.pid
            end(cluster.pid)

        cluster.ensure_running()

        with connected(cluster) as connection:
            assert connection.execute("SELECT proof FROM kept").fetchone() == (1,)


def test_a_process_copied_while_the_gate_is_held_does_not_hold_it_for_ever(home: Path) -> None:
    done = Event()
    with embedded.running(home, SETTINGS) as cluster, ThreadPoolExecutor(1) as pool:
        watching = pool.submit(_pass_the_gate, cluster, done)
        try:
            assert all(_copy(home) == 0 for _ in range(COPIES))
        finally:
            done.set()
        watching.result(timeout=20)


def _copy(home: Path) -> int | None:
    copied = Copying.Process(target=Cluster, args=(home,))
    copied.start()
    copied.join(timeout=20)
    copied.kill()
    return copied.exitcode


def _pass_the_gate(cluster: Cluster, done: Event) -> None:
    while not done.is_set():
        cluster.ensure_running()


def test_a_killed_user_leaves_a_server_that_the_next_one_takes_over(home: Path) -> None:
    with neighbour(home) as (process, pid):
        process.kill()
        process.wait()
        with embedded.running(home, SETTINGS) as cluster:
            assert cluster.pid == pid
            assert answers(cluster)

    assert not is_alive(pid)


def test_a_process_number_left_behind_and_used_again_by_a_stranger_does_no_harm(home: Path) -> None:
    with embedded.running(home, SETTINGS) as cluster:
        assert cluster.pid
        lines = (home / "data" / "postmaster.pid").read_text().splitlines()
        end(cluster.pid)
        stranger = subprocess.Popen(["sleep", "60"], user=(home / "data").stat().st_uid)
        (home / "data" / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:]]))

        cluster.ensure_running()

        assert answers(cluster)
        assert stranger.poll() is None
        stranger.kill()
        stranger.wait()


def test_a_server_that_nobody_buried_does_no_harm(home: Path) -> None:
    with embedded.running(home, SETTINGS) as cluster:
        assert cluster.pid
        lines = (home / "data" / "postmaster.pid").read_text().splitlines()
        end(cluster.pid)
        zombie = subprocess.Popen(["true"], user=(home / "data").stat().st_uid)
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        (home / "data" / "postmaster.pid").write_text("\n".join([str(zombie.pid), *lines[1:]]))

        cluster.ensure_running()

        assert answers(cluster)
        zombie.wait()


def test_a_home_too_deep_for_a_socket_keeps_it_elsewhere(tmp_path: Path) -> None:
    with embedded.running(tmp_path / ("deep" * 30), SETTINGS) as cluster:
        assert answers(cluster)


def test_a_start_cut_short_while_making_the_data_begins_again(tmp_path: Path) -> None:
    (tmp_path / "data.new").mkdir()
    (tmp_path / "data.new" / "PG_VERSION").write_text("18\n")

    with embedded.running(tmp_path, SETTINGS) as cluster:
        assert answers(cluster)


def test_a_setting_that_postgresql_refuses_is_told_as_such(home: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"server\.log"):
        Cluster(home, {"shared_buffers": "a lot"})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may run it for another")
def test_a_clone_in_a_closed_folder_works_and_the_folder_stays_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with embedded.running(closed / "postgresql", SETTINGS) as cluster:
        assert answers(cluster)

    assert closed.stat().st_mode & 0o777 == 0o700
