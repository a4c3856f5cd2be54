"""Waiting in tests: for what must happen, never for a time."""

import time
from collections.abc import Callable

import psutil

PATIENCE = 90.0  # seconds; far more than needed, for computers that do a lot beside


def until(condition: Callable[[], object], what: object = "", seconds: float = PATIENCE) -> None:
    """Return when `condition` holds; fail after `seconds`, saying what is so instead (`what` may be a function)."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:.0f} s: {what() if callable(what) else what}")
        time.sleep(0.01)


def has_ended(pid: int) -> bool:
    """Whether no process with this id does anything any more."""
    try:
        return psutil.Process(pid).status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return True
