"""For all tests: one thread, as in a worker, so that the same numbers come out whatever else the computer does."""

from typing import Any

import pytest
import torch
from xdist.scheduler import LoadFileScheduling

torch.set_num_threads(1)

WITHOUT_RUNS = ("test_panel.py", "test_film.py")
"""Tests with a browser whose stage is fed by hand, so that nothing trains beside them."""


class OneBrowser(LoadFileScheduling):  # type: ignore[misc]
    """Two processes share the tests file by file; what trains before a browser's eyes stays in one, for that is work enough."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return "browser" if "/browser/" in file and not file.endswith(WITHOUT_RUNS) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    return OneBrowser(config, log)
