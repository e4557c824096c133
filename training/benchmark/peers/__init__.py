"""The methods that are compared: paylens and its peers, one library a file.

Every library gets the record's inputs twice: as they are (``forms.raw``) and as our own matrix
(``forms.encoded``), so that no peer loses for want of our encoder.
"""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from training.benchmark.forms.encoded import encoded, means
from training.benchmark.forms.raw import raw
from training.benchmark.peers.catboost import CatBoost
from training.benchmark.peers.forest import Forest
from training.benchmark.peers.lightgbm import LightGbm
from training.benchmark.peers.look_up import LookUpPeer
from training.benchmark.peers.ngboost import NgBoost
from training.benchmark.peers.paylens import Paylens
from training.benchmark.peers.peer import Peer, Tabular
from training.benchmark.peers.ridge import OneHotRidge
from training.benchmark.peers.xgboost import XgBoost

PAYLENS, LOOK_UP, SAME_BOOSTERS = "paylens", "look-up", "lightgbm-ours"

PEERS: tuple[Peer, ...] = (
    Paylens(),
    Tabular("catboost", "CatBoost MultiQuantile", ("catboost",), CatBoost(), raw),
    Tabular("catboost-ours", "CatBoost, our matrix", ("catboost",), CatBoost(), means),
    Tabular("xgboost", "XGBoost multi-quantile", ("xgboost",), XgBoost(), raw),
    Tabular("xgboost-ours", "XGBoost, our matrix", ("xgboost",), XgBoost(), encoded),
    Tabular("lightgbm", "LightGBM quantiles", (), LightGbm(), raw),
    Tabular("lightgbm-ours", "LightGBM, our matrix", (), LightGbm(), encoded),
    Tabular("forest", "quantile-forest", ("quantile_forest",), Forest(), raw),
    Tabular("forest-ours", "quantile-forest, our matrix", ("quantile_forest",), Forest(), means),
    Tabular("ngboost", "NGBoost Normal", ("ngboost",), NgBoost(), raw),
    Tabular("ngboost-ours", "NGBoost, our matrix", ("ngboost",), NgBoost(), means),
    Tabular("ridge", "ridge, one-hot", (), OneHotRidge(), raw),
    LookUpPeer(),
)

ON_OUR_MATRIX = frozenset(
    peer.name for peer in PEERS if isinstance(peer, Tabular) and peer.form is not raw
)
"""Peers fed with our matrix: the same encoder, another method."""

SLOW = frozenset({"catboost", "forest", "ngboost"})
"""Left out by ``--quick``: slow on the raw inputs, and there never the strongest peer."""


def peer_named(name: str) -> Peer:
    """Return the method called ``name``.

    Raises:
        KeyError: No method is called so.
    """
    return {peer.name: peer for peer in PEERS}[name]


def missing(peer: Peer) -> tuple[str, ...]:
    """Return the packages that ``peer`` needs and that are not installed."""
    return tuple(name for name in peer.needs if find_spec(name) is None)


def lacking(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the label of each method that cannot run -> the packages it lacks.

    Among them is the correction by CQR, which is MAPIE's.
    """
    found = {peer.label: missing(peer) for peer in map(peer_named, names)}
    found["the correction by CQR"] = () if find_spec("mapie") else ("mapie",)
    return {label: packages for label, packages in found.items() if packages}


def versions() -> dict[str, str]:
    """Return the version of each library in this comparison that is installed."""
    named = ("catboost", "lightgbm", "mapie", "ngboost", "numpy", "polars", "quantile-forest")
    found = {}
    for name in (*named, "scikit-learn", "xgboost-cpu", "xgboost"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
