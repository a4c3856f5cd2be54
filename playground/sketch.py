"""The routes of the sketch page: the models that translate, their answers, and the edges of a picture that somebody brings."""

from __future__ import annotations

import asyncio
import base64
import io

import numpy as np
import numpy.typing as npt
from fastapi import APIRouter, HTTPException, Request, Response
from PIL import Image

from engine import BadUpload, outlined
from playground.desk import Desk, model_routes
from playground.theory import beginning, in_json

LONGEST = 320 * 2**10  # bytes that are read of a question: a picture in base64
LARGEST = 20 * 2**20  # bytes of a picture that is brought
SIDE, SMALLEST, WIDEST = 128, 16, 512  # of what is handed back


def sketch_routes(desk: Desk) -> APIRouter:
    """GET /sketch/models, /sketch/runs, /sketch/<model>/controls; POST /sketch/edges, /sketch/<model>/{translate|example}."""
    router, one = APIRouter(), asyncio.Lock()

    @router.post("/sketch/edges")
    async def edges(request: Request, side: str = str(SIDE)) -> Response:
        if not (side.isascii() and side.isdecimal() and SMALLEST <= int(side[:9]) <= WIDEST):
            raise HTTPException(422, f"side must be a whole number from {SMALLEST} to {WIDEST}.")
        with desk.place(request):
            data = await beginning(request, LARGEST)
            if len(data) > LARGEST:
                raise HTTPException(413, f"This picture is larger than {LARGEST // 2**20} MB; please bring a smaller one.")
            if not data:
                raise HTTPException(422, "This picture is empty.")
            try:
                async with one:
                    picture, lines = await asyncio.to_thread(outlined, data, int(side))
            except BadUpload as error:
                raise HTTPException(422, f"This picture {error}.") from None
        return in_json({"picture": png(picture.transpose(1, 2, 0)), "edges": png(lines)})

    router.include_router(model_routes(desk, "sketch", translates=True, longest=LONGEST))
    return router


def png(pixels: npt.NDArray[np.uint8]) -> str:
    """A picture (H, W) or (H, W, 3) as a PNG file in base64."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
