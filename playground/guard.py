"""What every request passes before our routes and Gradio's: whose page sent it, how long it is, how often they come.

Gradio answers any page that can reach it. A server on a person's own computer must not: a page from elsewhere could make
the browser post to it, or have its name point here (DNS rebinding).
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

HOME = ("localhost", "127.0.0.1", "[::1]")
"""The names of a person's own computer."""

COOKIE = "visitor"
PAGES = ("/", "/explore", "/sketch", "/spot", "/lottery", "/clinic", "/theory")  # where a stranger is given a cookie
LARGEST = 64 * 2**20  # bytes of a request
RATE, BURST = 40.0, 200.0  # requests a second of one visitor that change something, and how many may come at once
MOST_KNOWN = 10_000  # visitors whose rate is remembered


class Guard:
    """Middleware. hosts: the names under which the server may be called; None: any, as behind a proxy."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str] | None = None,
        largest: int = LARGEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app, self.hosts, self.largest, self.clock = app, hosts, largest, clock
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()  # visitor -> (requests, when counted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        if problem := self._problem(scope, headers):
            return await _refuse(send, *problem)
        visit = _Visit(receive, send, self.largest, _new_cookie(scope, headers))
        try:
            await self.app(scope, visit.receive, visit.send)
        except Exception:
            if visit.refused:
                return None  # it stumbled over the end of what we have cut off
            log.exception("%s %s failed", scope["method"], scope["path"])
            if not visit.started:
                await _refuse(send, 500, "That could not be done; your runs are as they were.")
        return None

    def _problem(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "").lower()
        if self.hosts is not None and name_of(host) not in self.hosts:
            return 403, "This server is not called by that name."
        origin = headers.get("origin")
        ours = {host} if self.hosts is not None else {host, headers.get("x-forwarded-host", host).lower()}
        if origin is not None and urlsplit(origin.lower()).netloc not in ours:
            return 403, "Requests from other sites' pages are not answered."
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > self.largest:
            return 413, f"That is more than {self.largest // 2**20} MB."
        if scope["method"] not in ("GET", "HEAD") and not self._in_time(asking(scope)):
            return 429, "That was a lot at once; please wait a few seconds."
        return None

    def _in_time(self, visitor: str) -> bool:
        """Whether a visitor keeps to the rate: a bucket that leaks."""
        now = self.clock()
        spent, since = self._spent.pop(visitor, (0.0, now))
        spent = max(spent - RATE * (now - since), 0.0)
        self._spent[visitor] = (min(spent + 1, BURST), now)
        if len(self._spent) > MOST_KNOWN:
            self._spent.popitem(last=False)
        return spent + 1 <= BURST


class _Visit:
    """One request: counts what comes in, gives a new visitor a cookie on the way out."""

    def __init__(self, receive: Receive, send: Send, largest: int, cookie: str) -> None:
        self._receive, self._send, self.left, self.cookie = receive, send, largest, cookie
        self.started = self.refused = False

    async def receive(self) -> Message:
        message = await self._receive()
        self.left -= len(message.get("body", b""))
        if self.left >= 0:  # of a body without a length, too
            return message
        if not self.started:
            await _refuse(self._send, 413, "That is too much at once.")
        self.started = self.refused = True
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self.refused:
            return
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            headers.setdefault("x-content-type-options", "nosniff")
            if self.cookie:
                headers.append("set-cookie", self.cookie)
        await self._send(message)


def name_of(host: str) -> str:
    """A host without its port: "[::1]:80" is "[::1]"."""
    return host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]


def known_visitor(headers: Headers) -> str:
    """Who asks, by the cookie; nothing for a stranger."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return checked(morsel.value) if morsel is not None else ""


def checked(cookie: str) -> str:
    """The cookie, if it can be one of ours."""
    return cookie if 16 <= len(cookie) <= 64 else ""


def _new_cookie(scope: Scope, headers: Headers) -> str:
    """For who opens the page for the first time. Over HTTPS the page may stand in a frame of another site, as Spaces do."""
    if scope["path"] not in PAGES or known_visitor(headers):
        return ""
    secure = "https" in (scope.get("scheme"), headers.get("x-forwarded-proto"))
    same_site = "SameSite=None; Secure; Partitioned" if secure else "SameSite=Lax"
    return f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; Max-Age={365 * 86400}; HttpOnly; {same_site}"


def asking(scope: Scope) -> str:
    """Who asks: by the cookie, else by where the request comes from."""
    return known_visitor(Headers(scope=scope)) or str((scope.get("client") or ("?",))[0])


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"detail": sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": body})
