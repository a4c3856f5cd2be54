"""A playground at which models of a test ship, and visitors who look at it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from browsing import PATIENCE, is_foreign
from playwright.sync_api import Browser, BrowserContext, Page, expect
from waiting import until

from engine import BadWeights, Card, Trained, warm
from engine.pretrain import pictured
from playground import desk, shipped
from playground.registry import Registry
from playground.serve import whole_app


@contextmanager
def shipping(models: Mapping[str, Trained], registry: Registry, *, rounds: int, data: str, translates: bool) -> Iterator[str]:
    """The address of a playground at which these models ship, and "lost", which is damaged.

    rounds, data: what their cards say.  translates: whether they are for the sketch page, instead of for Explore.
    """

    def load(name: str) -> Trained:
        if name not in models:
            raise BadWeights("The weights of this model are damaged.")
        return models[name]

    def card(name: str) -> Card:
        picture = pictured(models[name]) if name in models else {}
        facts: dict[str, Any] = {"preset": name, "config": {}, "data": data, "seed": 0, "rounds": rounds, "bytes": 1}
        how = {"seconds": 1.0, "device": "cpu", "torch": "2", "sha256": "", "quality": {}}
        return Card(title=f"The {name}", about="A few rounds.", licence="MIT", picture=picture, **facts, **how)

    def names(translates: bool, *, these: bool = translates) -> list[str]:
        return [*models, "lost"] if translates == these else []

    warm()  # the run of the last test need not wait
    with pytest.MonkeyPatch.context() as patch:
        for module in (shipped, desk):
            patch.setattr(module, "pretrained_names", names)
        patch.setattr(shipped, "pretrained", load)
        patch.setattr(shipped, "card", card)
        patch.setattr(shipped, "check_weights", load)
        config = uvicorn.Config(whole_app(registry), host="127.0.0.1", port=0, log_level="critical", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        until(lambda: server.started or not thread.is_alive())
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join()


@contextmanager
def visiting(browser: Browser, **more: Any) -> Iterator[BrowserContext]:
    """A visitor, whose browser remembers what it has loaded."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | more)
    context.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    yield context
    context.close()


@contextmanager
def next_tab(visitor: BrowserContext, place: str) -> Iterator[Page]:
    """A tab that at the end has made no error and asked nobody else for anything."""
    troubles: list[str] = []
    page = visitor.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: troubles.append(request.url) if is_foreign(request.url, place) else None)
    yield page
    page.close()
    assert troubles == []
