"""The picture of a game: what stands in it, and the arrows between, derived from who plays.

Forward arrows say who hands what to whom; gradient arrows, the way from a loss back to the players that learn from it. Each
arrow names the players in whose turn it is travelled, so that a turn can light up its own part of the picture.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Literal, NamedTuple

Kind = Literal["noise", "player", "samples", "data", "loss"]


class Node(NamedTuple):
    """One thing in the picture."""

    name: str  # of a player, its own
    kind: Kind
    label: str
    section: str  # of the recipe, where its knobs are
    column: int  # from left to right
    players: tuple[str, ...] = ()  # of a loss: who minimises it; of samples: who made them; of a player: itself
    reading: str = ""  # the curve that is about it


class Edge(NamedTuple):
    """One arrow."""

    start: str
    end: str
    turns: tuple[str, ...]  # the players in whose turn it is travelled
    gradient: bool = False


class Diagram(NamedTuple):
    """All of it."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def wired(creators: Sequence[str], judges: Sequence[str], uses: Collection[str]) -> Diagram:
    """The adversarial game: creators turn noise into fakes, judges compare them with data; each side has its own loss.

    Without judges, fakes are compared with the data by the loss itself. `uses`: the sections of the recipe that matter.
    """
    return Diagram(tuple(_nodes(creators, judges, uses)), tuple(_edges(creators, judges)))


def loss_of(players: Sequence[str]) -> str:
    """What the picture calls the loss of a side."""
    return f"{', '.join(players)} loss"


def _nodes(creators: Sequence[str], judges: Sequence[str], uses: Collection[str]) -> Iterator[Node]:
    def section(wanted: str) -> str:
        return wanted if wanted in uses else "game"

    makers, critics = tuple(creators), tuple(judges)
    last = 4 if judges else 3
    yield Node("z", "noise", "noise z", section("latent"), 0)
    for name in creators:
        yield Node(name, "player", name, section("generator"), 1, (name,), f"{name} gradient")
    yield Node("fake", "samples", "fakes", "training", 2, makers)
    yield Node("real", "data", "data", "data", 2)
    for name in judges:
        yield Node(name, "player", name, section("discriminator"), 3, (name,), f"{name} gradient")
    for side, reading in ((critics, "d_loss"), (makers, "g_loss")):
        if side:
            label = f"loss {'of ' if len(side) == 1 else ''}{', '.join(side)}"  # a longer one has no room
            yield Node(loss_of(side), "loss", label, section("loss"), last, side, reading)


def _edges(creators: Sequence[str], judges: Sequence[str]) -> Iterator[Edge]:
    makers, critics = tuple(creators), tuple(judges)
    everybody = makers + critics
    for name in creators:
        yield Edge("z", name, everybody)
        yield Edge(name, "fake", everybody)
        yield Edge("fake", name, makers, gradient=True)
    for name in judges:
        yield Edge("fake", name, everybody)
        yield Edge("real", name, everybody)
        yield Edge(name, loss_of(critics), critics)
        yield Edge(name, loss_of(makers), makers)
        yield Edge(loss_of(critics), name, critics, gradient=True)
        yield Edge(loss_of(makers), name, makers, gradient=True)
        yield Edge(name, "fake", makers, gradient=True)
    if not judges:
        yield Edge("fake", loss_of(makers), makers)
        yield Edge("real", loss_of(makers), makers)
        yield Edge(loss_of(makers), "fake", makers, gradient=True)


def translated(diagram: Diagram, *, shown: Sequence[str] = (), truth: Sequence[str] = ()) -> Diagram:
    """The same where creators start from pictures instead of noise, which these judges are shown too.

    truth: the creators whose fakes are compared with the data pixel by pixel.
    """
    given = Node("given", "data", "input", "data", 0)
    nodes = tuple(given if node.name == "z" else node for node in diagram.nodes)
    edges = tuple(edge._replace(start="given") if edge.start == "z" else edge for edge in diagram.edges)
    everybody = tuple(node.name for node in nodes if node.kind == "player")
    more = [Edge("given", name, everybody) for name in shown]
    loss = next((node.name for node in nodes if node.kind == "loss" and set(truth) & set(node.players)), "")
    if loss:
        more += [Edge("fake", loss, tuple(truth)), Edge("real", loss, tuple(truth))]
        more.append(Edge(loss, "fake", tuple(truth), gradient=True))
    return Diagram(nodes, (*edges, *more))


def returned(diagram: Diagram, creator: str) -> Diagram:
    """The same where what this creator made goes through it once more, and is compared with what it was made of."""
    loss = next(node.name for node in diagram.nodes if node.kind == "loss" and creator in node.players)
    ways = ("fake", creator), (creator, loss), ("given", loss)
    more = [Edge(start, end, (creator,)) for start, end in ways]
    return diagram._replace(edges=(*diagram.edges, *more, Edge(loss, creator, (creator,), gradient=True)))


def told_the_class(diagram: Diagram, *, creators: Sequence[str], judges: Sequence[str]) -> Diagram:
    """The same where these creators and judges are handed the label."""
    everybody = tuple(node.name for node in diagram.nodes if node.kind == "player")
    label = Node("class", "data", "label", "data", 0)
    return Diagram((*diagram.nodes, label), (*diagram.edges, *(Edge("class", name, everybody) for name in (*creators, *judges))))


def without(diagram: Diagram, *absent: tuple[str, str]) -> Diagram:
    """The same without some arrows, by where they start and end."""
    return diagram._replace(edges=tuple(edge for edge in diagram.edges if (edge.start, edge.end) not in absent))
