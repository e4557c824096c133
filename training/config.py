"""How a model is trained: one frozen record of every choice, copied whole into the artifact."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from math import inf
from pathlib import Path
from typing import Any, Self

from data.errors import TrainingError
from training.masks import MASKS

RANGES: Mapping[str, tuple[float, float]] = {
    "folds": (2, 50),
    "test_share": (0.01, 0.9),
    "scalar_share": (0.01, 0.5),
    "full_share": (0.01, 1),
    "copied": (0.01, 1),
    "large": (1, inf),
    "members": (1, 50),
    "members_large": (1, 50),
    "longer": (0.1, 10),
    "max_rounds": (1, 100_000),
    "patience": (1, 10_000),
    "scale_rounds": (1, 10_000),
    "small_rounds": (1, 10_000),
    "scale_floor": (0, 1),
    "least_records": (50, inf),
    "max_rejected": (0, 1),
}
"""Choice -> the least and the most it can be."""

FEW_MEMBERS = 3
"""Boosters that a location is the mean of where it is only measured and then thrown away."""


@dataclass(frozen=True)
class Config:
    """Every choice of a fit; the defaults are measured (``docs/decisions/``).

    Attributes:
        seed: Seed of every random choice.
        folds: Folds of the out-of-fold residuals.
        test_share: Share of the groups kept back to measure on, 0 to 1.
        scalar_share: Share of the rest kept back at first for the calibration's one scalar; twice
            that below ``large`` records.
        full_share: Weight of a record as it is; its masked copies share the rest.
        copied: Share of the records that a masked copy is made of.
        masks: Mask (``training.masks``) -> how often it is drawn.
        location: LightGBM parameters of the location.
        locations_large: What changes of them from ``large`` records on; of several tables the
            first fold says which serves.
        large: Records from which a table is large.
        members: Boosters of other seeds that the location is the mean of.
        members_large: The same from ``large`` records on.
        longer: Trees of a member over those at which a fold stopped gaining, from ``large`` records
            on: the mean of several fits noise later, and learns from more rows.
        scale: LightGBM parameters of the scale.
        small: LightGBM parameters of spread, base and equity share.
        max_rounds: Most trees of the location; early stopping ends sooner.
        patience: Rounds without gain before the location stops.
        scale_rounds: Trees of the scale.
        small_rounds: Trees of the small boosters.
        scale_floor: Least residual the scale learns from, as a share of the median residual.
        least_records: Fewer records than this are refused.
        max_rejected: Largest share of rejected rows that does not stop the run.
    """

    seed: int = 0
    folds: int = 5
    test_share: float = 0.2
    scalar_share: float = 0.1
    full_share: float = 0.85
    copied: float = 0.5
    masks: Mapping[str, float] = field(
        default_factory=lambda: {
            "employer": 0.35,
            "company": 0.15,
            "stage": 0.1,
            "skills": 0.1,
            "seniority": 0.1,
            "person": 0.1,
            "all": 0.2,
        }
    )
    location: Mapping[str, Any] = field(
        default_factory=lambda: {
            "objective": "huber",
            "alpha": 0.2,
            "learning_rate": 0.05,
            "num_leaves": 31,
            "min_data_in_leaf": 20,
            "feature_fraction": 0.4,
            "cat_smooth": 10,
        }
    )
    locations_large: Sequence[Mapping[str, Any]] = field(
        default_factory=lambda: [
            {
                "learning_rate": 0.25,
                "num_leaves": 63,
                "min_data_in_leaf": 50,
                "alpha": 0.6,
            },
            {"learning_rate": 0.25, "num_leaves": 127, "alpha": 0.4, "lambda_l2": 1.0},
        ]
    )
    large: int = 20_000
    members: int = 6
    members_large: int = 10
    longer: float = 1.4
    scale: Mapping[str, Any] = field(
        default_factory=lambda: {
            "objective": "gamma",
            "learning_rate": 0.1,
            "num_leaves": 31,
            "min_data_in_leaf": 50,
            "feature_fraction": 0.3,
            "cat_smooth": 10,
        }
    )
    small: Mapping[str, Any] = field(
        default_factory=lambda: {
            "objective": "regression",
            "learning_rate": 0.1,
            "num_leaves": 31,
            "min_data_in_leaf": 50,
            "feature_fraction": 0.6,
            "cat_smooth": 10,
        }
    )
    max_rounds: int = 1500
    patience: int = 30
    scale_rounds: int = 60
    small_rounds: int = 80
    scale_floor: float = 0.25
    least_records: int = 300
    max_rejected: float = 0.05

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the defaults changed by the TOML file at ``path``; a table changes key by key.

        Raises:
            TrainingError: The file is missing or no TOML, or has a key that is no choice.
        """
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise TrainingError(f"{path}: {error}") from error
        known = {each.name for each in fields(cls)}
        unknown = sorted(set(given) - known)
        if unknown:
            raise TrainingError(
                f"{path}: no choice is called {', '.join(unknown)}; there are "
                f"{', '.join(sorted(known))}"
            )
        default = asdict(cls())
        changed: dict[str, Any] = {}
        for key, value in given.items():
            wanted = default[key]
            if not _allowed(key, wanted, value):
                low, high = RANGES.get(key, (-inf, inf))
                bounds = f" from {low:g} to {high:g}" if key in RANGES else ""
                kind = type(wanted).__name__
                raise TrainingError(f"{path}: {key} is a {kind}{bounds}, found {value!r}")
            changed[key] = {**wanted, **value} if isinstance(wanted, dict) else value
        _require_masks(changed.get("masks", {}), path)
        return cls(**changed)

    def locations_for(self, records: int) -> list[dict[str, Any]]:
        """Return the location's LightGBM parameters to be tried for so many ``records``."""
        if records < self.large:
            return [dict(self.location)]
        return [{**self.location, **changed} for changed in self.locations_large]

    def members_for(self, records: int) -> int:
        """Return how many boosters the location of so many ``records`` is the mean of."""
        return self.members_large if records >= self.large else self.members

    def rounds_for(self, rounds: int, records: int) -> int:
        """Return the trees of a member, where folds of so many ``records`` needed ``rounds``."""
        return round(self.longer * rounds) if records >= self.large else rounds

    def scalar_share_for(self, records: int) -> float:
        """Return the share kept back for the scalar of so many ``records``, 0 to 1.

        Of a small table a larger share, or chance would set the scalar.
        """
        return self.scalar_share if records >= self.large else min(2 * self.scalar_share, 0.5)

    def as_dict(self) -> dict[str, Any]:
        """Return every choice as plain JSON."""
        return asdict(self)


def _allowed(key: str, wanted: object, value: object) -> bool:
    if isinstance(wanted, dict):
        return isinstance(value, dict)
    low, high = RANGES.get(key, (-inf, inf))
    if isinstance(wanted, list):
        return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)
    kinds = (int, float) if isinstance(wanted, float) else (int,)
    return isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high


def _require_masks(masks: Mapping[str, Any], path: Path) -> None:
    for name, odds in masks.items():
        if name not in MASKS:
            raise TrainingError(f"{path}: no mask is called {name}; there are {', '.join(MASKS)}")
        if not isinstance(odds, int | float) or odds < 0:
            raise TrainingError(
                f"{path}: the odds of mask {name} are {odds!r}, below 0 or no number"
            )
