"""What stays out of the garbage collector's way."""

import gc
import weakref
from pathlib import Path

from serving.life.settled import Settled, settle
from serving.model import CompensationModel


def test_what_was_there_is_not_looked_at_again_until_the_end() -> None:
    before = gc.get_freeze_count()
    with Settled():
        assert gc.get_freeze_count() > before + 10_000
    assert gc.get_freeze_count() == 0


def test_a_settled_model_goes_when_nothing_holds_it(model_folder: Path) -> None:
    model = CompensationModel.load(model_folder)
    gone, trees = weakref.ref(model), weakref.ref(model.boosters["location"])
    settle()
    try:
        del model
        assert gone() is None
        assert trees() is None
    finally:
        gc.unfreeze()
