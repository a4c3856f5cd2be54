"""What stands before every route: whose names are answered to, from which pages, how much and how often, and who is who."""

from typing import Any

import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient
from visits import ALICE, BOB

from playground.guard import BURST, HOME, LARGEST, Guard, asking, name_of


def guarded(**options: Any) -> TestClient:
    """A server behind the guard that has one route, /, for every method; it reads what it is sent."""
    app = make_app()
    app.add_middleware(Guard, **options)
    return TestClient(app, base_url="http://localhost:7860")


def make_app() -> Any:
    app = FastAPI()

    @app.api_route("/", methods=["GET", "POST"])
    async def root(request: Request) -> int:
        return len(await request.body())

    return app


@pytest.mark.parametrize("host", ["localhost", "localhost:7860", "127.0.0.1:80", "[::1]:7860", "[::1]", "LOCALHOST"])
def test_a_persons_own_computer_answers_to_its_names(host: str) -> None:
    assert guarded(hosts=HOME).get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.168.0.1", "", "[::2]", "[", "0"])
def test_and_to_no_other(host: str) -> None:
    answer = guarded(hosts=HOME).get("/", headers={"host": host})
    assert (answer.status_code, answer.json()) == (403, {"detail": "This server is not called by that name."})


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:1", "https://localhost.evil.example:7860", ""]
)
@pytest.mark.parametrize("hosts", [HOME, None], ids=["local", "hosted"])
def test_pages_from_elsewhere_are_refused(origin: str, hosts: tuple[str, ...] | None) -> None:
    for method in ("GET", "POST", "DELETE"):
        assert guarded(hosts=hosts).request(method, "/", headers={"origin": origin}).status_code == 403


def test_our_own_page_is_answered_also_behind_a_proxy() -> None:
    assert guarded(hosts=HOME).post("/", headers={"origin": "http://localhost:7860"}).status_code == 200
    hosted = guarded()
    assert hosted.post("/", headers={"host": "gan.example", "origin": "https://gan.example"}).status_code == 200
    proxied = {"host": "10.0.0.7:80", "x-forwarded-host": "gan.example", "origin": "https://gan.example"}
    assert hosted.post("/", headers=proxied).status_code == 200
    assert guarded(hosts=HOME).post("/", headers={"x-forwarded-host": "evil", "origin": "http://evil"}).status_code == 403


def test_a_body_that_is_too_large_is_refused_with_and_without_a_length() -> None:
    client = guarded(largest=1000)
    assert client.post("/", content=b"x" * 1000).json() == 1000
    assert client.post("/", content=b"x" * 1001).status_code == 413
    assert client.post("/", content=iter([b"x" * 600, b"x" * 600])).status_code == 413
    assert LARGEST == 64 * 2**20


def test_who_asks_too_much_at_once_waits_and_nobody_else() -> None:
    now = [0.0]
    client = guarded(clock=lambda: now[0])
    answers = [client.post("/", headers={"cookie": f"visitor={ALICE}"}).status_code for _ in range(int(BURST) + 20)]
    assert answers == [200] * int(BURST) + [429] * 20
    assert client.get("/", headers={"cookie": f"visitor={ALICE}"}).status_code == 200  # looking costs nothing
    assert client.post("/", headers={"cookie": f"visitor={BOB}"}).status_code == 200
    now[0] += 1.0
    assert client.post("/", headers={"cookie": f"visitor={ALICE}"}).status_code == 200


def test_a_new_visitor_is_given_a_cookie_that_scripts_cannot_read_and_keeps_it() -> None:
    client = guarded()
    cookie = client.get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert len(client.cookies["visitor"]) == 32
    assert "set-cookie" not in client.get("/").headers
    in_a_frame = guarded().get("/", headers={"x-forwarded-proto": "https"}).headers["set-cookie"]
    assert in_a_frame.endswith("SameSite=None; Secure; Partitioned")


def test_who_has_no_cookie_is_known_by_where_they_come_from() -> None:
    stranger: dict[str, Any] = {"type": "http", "client": ("203.0.113.7", 50_000), "headers": []}
    assert asking(stranger) == "203.0.113.7"
    assert asking(stranger | {"headers": [(b"cookie", f"visitor={ALICE}".encode())]}) == ALICE
    assert asking(stranger | {"client": None}) == "?"


@pytest.mark.parametrize("cookie", ["visitor=short", "visitor=" + "x" * 65, "=", "visitor", "a=b; visitor=", "\x7f", '"'])
def test_a_cookie_that_is_not_ours_is_replaced(cookie: str) -> None:
    answer = guarded().get("/", headers={"cookie": cookie})
    assert (answer.status_code, "set-cookie" in answer.headers) == (200, True)


@pytest.mark.parametrize(("host", "name"), [("a", "a"), ("a:1", "a"), ("[::1]:80", "[::1]"), ("", ""), ("[", "")])
def test_a_hosts_name_is_without_its_port(host: str, name: str) -> None:
    assert name_of(host) == name
