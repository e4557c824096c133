"""Every method learns from a few invented records, and gives all that is told of it."""

import numpy as np
import polars as pl
import pytest

from tests.records import make_records
from tests.training.benchmark.made import needs
from training.benchmark.conformal import divided
from training.benchmark.job import paylens_of
from training.benchmark.peers import (
    LOOK_UP,
    ON_OUR_MATRIX,
    PAYLENS,
    PEERS,
    SAME_BOOSTERS,
    SLOW,
    lacking,
    missing,
    peer_named,
    versions,
)
from training.benchmark.peers.peer import Peer
from training.metrics import LEVELS

RECORDS = make_records(1000)
TRAIN, TEST = RECORDS[:800], RECORDS[800:]
LEARNED, KEPT = divided(TRAIN, 0)

# Other people's libraries warn of their own habits, which is not what is tested.
pytestmark = pytest.mark.filterwarnings("ignore")


def quick(name: str, request: pytest.FixtureRequest) -> Peer:
    """Return the method called ``name``; ours with choices that make its fit quick."""
    return paylens_of(request.getfixturevalue("config")) if name == PAYLENS else peer_named(name)


@pytest.mark.parametrize(
    "name", [pytest.param(peer.name, marks=needs(*peer.needs)) for peer in PEERS]
)
def test_a_method_learns_and_answers_with_nineteen_quantiles(
    name: str, request: pytest.FixtureRequest
) -> None:
    peer = quick(name, request)
    learned, kept = (TRAIN, TRAIN.clear()) if peer.calibrated else (LEARNED, KEPT)
    fitted = peer.fit(learned, kept, 0)
    quantiles = fitted.quantiles(TEST, LEVELS)
    assert quantiles.shape == (TEST.height, 19)
    assert np.isfinite(quantiles).all()
    log_pay = np.log(TEST["pay_usd"].to_numpy())
    # Half of the variance of log pay is known by how the records are made; a method that mixes up
    # columns or rows explains none of it.
    median = quantiles[:, LEVELS.index(0.5)]
    assert np.corrcoef(median, log_pay)[0, 1] > 0.5
    assert (np.sort(quantiles, axis=1)[:, -1] > quantiles.mean(axis=1)).all()
    fitted.ready(TEST[:1])()
    assert fitted.size_bytes() > 0
    raised = TEST.with_columns(pl.col("pay_usd", "base_usd", "total_compensation") * 10)
    np.testing.assert_array_equal(fitted.quantiles(raised, LEVELS), quantiles)


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_every_choice_of_a_method_is_told(peer: Peer) -> None:
    assert peer.settings


def test_names_of_methods_are_their_own_and_those_spoken_of_exist() -> None:
    names = [peer.name for peer in PEERS]
    assert len(names) == len(set(names))
    assert {PAYLENS, LOOK_UP, SAME_BOOSTERS, *SLOW, *ON_OUR_MATRIX} <= set(names)
    assert {name for name in names if name.endswith("-ours")} == ON_OUR_MATRIX


def test_only_paylens_calibrates_itself() -> None:
    assert [peer.name for peer in PEERS if peer.calibrated] == [PAYLENS]


def test_lightgbm_needs_nothing_that_training_does_not_bring() -> None:
    assert peer_named(SAME_BOOSTERS).needs == peer_named("lightgbm").needs == ()


def test_what_is_not_installed_is_told_by_the_label_of_who_lacks_it() -> None:
    gone = lacking(["paylens", "catboost", "ngboost"])
    assert {"CatBoost MultiQuantile", "NGBoost Normal", "the correction by CQR"} >= set(gone)
    for name in ("catboost", "ngboost"):
        peer = peer_named(name)
        assert gone.get(peer.label, ()) == missing(peer)


def test_the_versions_of_the_libraries_at_hand_are_told() -> None:
    assert {"lightgbm", "numpy", "polars", "scikit-learn"} <= set(versions())
