"""Lifeline: the processes that one started end when it ends, even when it is killed."""

import os
import signal
import threading

NAME = "VOUCHER_SERVICE_SERVED_BY"
"""The setting in which a process reads who holds its lifeline, by its number."""

_EVERY_SECONDS = 1.0
_ASKED_TIMES = 15


def hold() -> None:
    """Let every process that this one starts from now on end with it."""
    os.environ[NAME] = str(os.getpid())


def follow() -> None:
    """Watch the process that holds the lifeline, if one does, and stop this one once it is gone."""
    holder = os.environ.get(NAME)
    if holder is not None:
        threading.Thread(target=_watch, args=(int(holder),), name="lifeline", daemon=True).start()


def _watch(holder: int) -> None:
    never = threading.Event()
    while os.getppid() == holder:
        never.wait(_EVERY_SECONDS)
    # A process that is still starting may lose the first signal; one that never listens is ended.
    for _ in range(_ASKED_TIMES):
        os.kill(os.getpid(), signal.SIGTERM)
        never.wait(_EVERY_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
