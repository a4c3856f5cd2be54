"""For all tests: one thread, as in a worker, so that the same numbers come out whatever else the computer does."""

from typing import Any

import pytest
import torch
from xdist.scheduler import LoadFileScheduling

torch.set_num_threads(1)


class OneBrowser(LoadFileScheduling):  # type: ignore[misc]
    """Two processes share the tests file by file; all that opens a browser stays in one, for one page is work enough."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if "/browser/" in nodeid else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    return OneBrowser(config, log)
