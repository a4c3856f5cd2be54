"""What a run's handle and its worker say to one another through their pipe."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from engine.snapshot import Snapshot, Stage, Told

WhoName = Literal["round", "D", "G"]


class Play(NamedTuple):
    """Play until paused, or up to this round."""

    until: int | None = None


class Pause(NamedTuple):
    """Stop after the round that is being played; keep the state."""


class Step(NamedTuple):
    """Play n rounds in which only `who` learns."""

    n: int = 1
    who: WhoName = "round"


class Tell(NamedTuple):
    """Play one turn, in which of `who` learns who is in it, and tell it; the round stays open. None: finish it, untold."""

    who: WhoName | None = "round"


class Update(NamedTuple):
    """Take on the live knobs of this recipe (JSON)."""

    config: str


class Pace(NamedTuple):
    """Play at most this many rounds a second; None: as fast as it goes."""

    rounds_per_second: float | None


class Ceiling(NamedTuple):
    """Wait before going beyond this round, still playing: others are not there yet. None: wait for nobody."""

    rounds: int | None


class Watch(NamedTuple):
    """Which layers of the picture somebody looks at; None: nobody looks, so nothing is drawn."""

    layers: frozenset[str] | None


class Rewind(NamedTuple):
    """Go back to the last good checkpoint."""


class Ask(NamedTuple):
    """A question to the trained players; answered with the same token."""

    token: int
    question: str
    options: dict[str, Any]


class More(NamedTuple):
    """The last snapshot has arrived; the next may be sent."""


class Stop(NamedTuple):
    """Save and end."""


Command = Play | Pause | Step | Tell | Update | Pace | Ceiling | Watch | Rewind | Ask | More | Stop


class Loading(NamedTuple):
    """A slow step before the first round, and its share done (None: unknown)."""

    sentence: str
    share: float | None


class Ready(NamedTuple):
    """Loaded: the device, the round it stands at, real samples and what a perfect generator would reach.

    warning: one sentence if it stands at an older state than it should.
    """

    device: str
    rounds: int
    real: Stage
    floors: dict[str, float]
    warning: str = ""


class Beat(NamedTuple):
    """Still alive; the longest time of late, in seconds, in which it had no time for a sign of life."""

    slowest: float


class Busy(NamedTuple):
    """It begins something whose length it cannot know, as the first round of a run is."""


class Look(NamedTuple):
    """One look at the run."""

    snapshot: Snapshot


class Turned(NamedTuple):
    """One turn was played, as it was asked for."""

    told: Told


class Saved(NamedTuple):
    """A checkpoint of this round is on disk."""

    rounds: int


class Framed(NamedTuple):
    """Of these rounds there are key frames on disk, rising."""

    rounds: tuple[int, ...]


class Diverged(NamedTuple):
    """A loss or a weight is no longer a number. The last good checkpoint is of round `kept`."""

    rounds: int
    kept: int | None


class Rewound(NamedTuple):
    """Back at this round; what was told of later ones no longer holds."""

    rounds: int
    warning: str = ""


class Answer(NamedTuple):
    """To an Ask: a value, or one sentence saying why not."""

    token: int
    value: Any
    error: str = ""


class Failed(NamedTuple):
    """The worker ends with an error; `final`: starting again would not help."""

    sentence: str
    final: bool


News = Loading | Ready | Beat | Busy | Look | Turned | Saved | Framed | Diverged | Rewound | Answer | Failed
