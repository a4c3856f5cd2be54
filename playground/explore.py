"""The routes of the explore page: which models there are, what each has to turn, and the answers to probes."""

from __future__ import annotations

from fastapi import APIRouter

from playground.desk import Desk, model_routes

LONGEST = 8192  # bytes that are read of a question


def explore_routes(desk: Desk) -> APIRouter:
    """GET /explore/models, GET /explore/runs, GET /explore/<model>/controls, POST /explore/<model>/<probe>."""
    return model_routes(desk, "explore", translates=False, longest=LONGEST)
