"""How a model is trained: one frozen record of every choice, copied whole into the artifact."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from data.errors import TrainingError


@dataclass(frozen=True)
class Config:
    """Every choice of a fit; the defaults are measured (``docs/decisions/``).

    Attributes:
        seed: Seed of every random choice.
        folds: Folds of the out-of-fold residuals.
        test_share: Share of the groups kept back to measure on, 0 to 1.
        scalar_share: Share of the rest kept back for the calibration's one scalar.
        full_share: Weight of a record as it is; its masked copies share the rest.
        masks: Mask (``training.masks``) -> how often it is drawn.
        location: LightGBM parameters of the location.
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
    scalar_share: float = 0.08
    full_share: float = 0.7
    masks: Mapping[str, float] = field(
        default_factory=lambda: {
            "employer": 0.35,
            "company": 0.15,
            "stage": 0.1,
            "skills": 0.1,
            "seniority": 0.1,
            "all": 0.2,
        }
    )
    location: Mapping[str, Any] = field(
        default_factory=lambda: {
            "objective": "huber",
            "alpha": 0.2,
            "learning_rate": 0.1,
            "num_leaves": 63,
            "min_data_in_leaf": 20,
            "feature_fraction": 0.6,
            "cat_smooth": 10,
        }
    )
    scale: Mapping[str, Any] = field(
        default_factory=lambda: {
            "objective": "gamma",
            "learning_rate": 0.05,
            "num_leaves": 31,
            "min_data_in_leaf": 50,
            "feature_fraction": 0.6,
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
    scale_rounds: int = 120
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
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise TrainingError(f"{path}: {error}") from error
        known = {each.name for each in fields(cls)}
        unknown = sorted(set(given) - known)
        if unknown:
            raise TrainingError(
                f"{path}: no choice is called {', '.join(unknown)}; there are "
                f"{', '.join(sorted(known))}"
            )
        default = asdict(cls())
        changed: dict[str, Any] = {
            key: {**default[key], **value} if isinstance(default[key], dict) else value
            for key, value in given.items()
        }
        return cls(**changed)

    def as_dict(self) -> dict[str, Any]:
        """Return every choice as plain JSON."""
        return asdict(self)
