"""The transport: a press means what its button said."""

import pytest
from posts import Page
from starlette.testclient import TestClient
from visits import ALICE
from waiting import until

from playground.guard import HOME
from playground.registry import Registry
from playground.serve import whole_app

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning", "ignore::UserWarning")


def test_play_that_is_pressed_while_a_run_begins_does_not_pause_it(registry: Registry) -> None:
    with TestClient(whole_app(registry, hosts=HOME), base_url="http://localhost") as client:
        page = Page(client, registry)
        place = page.values["play"].index("Play")
        page.call("play", page.values["play"])
        entry = registry.latest(ALICE)
        assert entry is not None
        until(lambda: entry.run is not None and entry.run.state == "playing")
        page.call("play", page.values["play"])  # the button has not heard of it yet
        page.call("pace", [None, "1 round/s"])  # commands are obeyed in their order, so Play has been
        reached = entry.run.rounds
        until(lambda: entry.run.rounds > reached)
        assert entry.run.state == "playing"
        page.call("play", [*page.values["play"][:place], "Pause", *page.values["play"][place + 1 :]])
        until(lambda: entry.run.state == "paused")
