"""The page as somebody with `curl` sees it: posts to its handlers."""

import json
from typing import Any

from starlette.testclient import TestClient
from visits import ALICE

from playground.registry import Registry


class Page:
    """Its handlers by name, and the values that their controls show at first."""

    def __init__(self, client: TestClient, registry: Registry) -> None:
        self.client, self.registry = client, registry
        config = client.get("/config").json()
        values = {block["id"]: block["props"].get("value") for block in config["components"]}
        self.handlers = {each["api_name"]: each for each in config["dependencies"] if each["backend_fn"]}
        self.values = {name: [values[block] for block in each["inputs"]] for name, each in self.handlers.items()}

    def call(self, name: str, data: Any, visitor: str = ALICE, session: str = "session", query: str = "") -> Any:
        """The answer's data, or its error."""
        body = {"data": data, "fn_index": self.handlers[name]["id"], "session_hash": session}
        return self.post(json.dumps(body), visitor, query)

    def post(self, body: str, visitor: str = ALICE, query: str = "") -> Any:
        headers = {"content-type": "application/json", "cookie": f"visitor={visitor}"}
        answer = self.client.post("/gradio_api/run/predict" + query, content=body, headers=headers)
        assert "Traceback" not in answer.text
        assert "site-packages" not in answer.text
        assert answer.status_code in (200, 400, 404, 413, 422, 500), answer.text
        return answer.json() if "json" in answer.headers["content-type"] else {"error": answer.text}

    def sentence(self, name: str, data: list[Any], **options: Any) -> str:
        """What is said in the place for it."""
        said = [
            part
            for part in self.call(name, data, **options)["data"]
            if isinstance(part, str) and part.endswith((".", ". (1 more)"))
        ]
        return said[0] if said else ""
