"""What holds for every row of DATA."""

import pytest
import torch

from engine.batches import Labelled, Pairs, Samples
from engine.data import DATA, Data, Glyphs
from engine.parts import knobs

CPU = torch.device("cpu")
every = pytest.mark.parametrize("kind", DATA.values(), ids=DATA)
ELSEWHERE = ("mnist", "fashion-mnist", "cifar10", "stacked-mnist", "folder", "pairs", "unpaired", "published-pairs")
AT_HAND = {name: kind for name, kind in DATA.items() if name not in ELSEWHERE}


@every
def test_it_is_a_part_that_names_its_source(kind):
    assert issubclass(kind, Data)
    assert kind.title
    assert any(owner in kind.__doc__ for owner in ("arXiv:", "et al.", "Krizhevsky", "GAN Lab", "scikit-learn", "urs"))


@every
def test_it_survives_json(kind):
    part = kind()
    assert kind.model_validate_json(part.model_dump_json()) == part


@every
def test_every_knob_has_help(kind):
    assert all(knob.help for knob in knobs(kind).values())


@every
def test_labels_and_only_labels_have_names(kind):
    part = kind()
    assert part.classes == len(part.class_names)
    assert (part.gives is Labelled) == (part.classes > 0)


@pytest.mark.parametrize("kind", AT_HAND.values(), ids=AT_HAND)
def test_batches_have_the_shape_they_claim(kind):
    part = kind()
    batch = part.open(torch.device("cpu")).batch(7, torch.Generator().manual_seed(0))
    assert type(batch) is part.gives
    assert isinstance(batch, Samples | Labelled | Pairs)
    assert batch.real.shape == (7, *part.shape)
    assert batch.real.dtype == torch.float32
    assert batch.real.isfinite().all()


@pytest.mark.parametrize("kind", [kind for kind in AT_HAND.values() if kind.gives is Pairs])
def test_what_pairs_are_given_has_the_shape_they_claim(kind):
    part = kind()
    a = part.open(CPU).batch(7, torch.Generator().manual_seed(0)).a
    assert a.shape == (7, *part.given)
    assert a.isfinite().all()
    assert 1 <= part.pictured <= 3


@pytest.mark.parametrize("kind", AT_HAND.values(), ids=AT_HAND)
@pytest.mark.parametrize("end", ["low", "high"])
def test_it_works_at_both_ends_of_every_knob(kind, end):
    for knob in knobs(kind).values():
        if knob.kind in ("number", "whole"):
            value = getattr(knob, end)
            part = kind.model_validate({knob.name: int(value) if knob.kind == "whole" else float(value)})
            assert part.open(torch.device("cpu")).batch(3, torch.Generator()).real.isfinite().all()


@pytest.mark.parametrize("seed", [0, 1, 2**31 - 1])
def test_what_is_held_out_is_what_no_seed_draws(seed):
    held = Glyphs(size=16).held_out(4, CPU)[0]
    assert not torch.equal(held, Glyphs(size=16).open(CPU).batch(4, torch.Generator().manual_seed(seed)).x)
