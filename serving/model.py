"""The compensation model: the one class that validation scored and the service runs.

Log pay has a location (one booster) and a scale (another); measured quantiles of standardised
residuals turn them into percentiles, which therefore cannot cross. Smaller boosters split the
median into components and say how sure the median itself is.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl

from data.errors import ArtifactError
from features.encoder import Encoder
from serving import artifact
from serving.booster import Booster
from serving.calibration import Calibration, group, groups
from serving.certainty import Certainty
from serving.component_ranges import ComponentRanges
from serving.components import Components, split, split_many
from serving.coverage import Coverage
from serving.explanation import Explainer
from serving.horizon import (
    DRIFT_YEARLY,
    SCALE_DRIFT,
    widened,
    widened_one,
    years_beyond,
    years_beyond_each,
)
from serving.prediction import Factor, Prediction, Predictions
from serving.premiums import Premiums, read_premiums
from serving.support import Support

TEXTS = ("encoder.json", "calibration.json", "coverage.json", "support.json", "card.md")
RANGES = "component_ranges.json"
"""Only where the training data split the pay."""

TOLD = ("trained_on", "data", "metrics")
BOOSTERS = ("location", "scale", "spread")
COMPONENT_BOOSTERS = ("base_share", "equity_share")


class CompensationModel:
    """Predicts pay, with intervals whose coverage was measured.

    Args:
        encoder: Records to numbers.
        boosters: ``location``, ``scale`` and ``spread``; ``base_share`` and ``equity_share`` where
            the training data split the pay into components.
        calibration: Quantiles of standardised residuals.
        coverage: What was measured on held-out records; None before evaluation.
        support: Counts of training records.
        manifest: What is told of the model: data, metrics, versions.
        card: The model card, Markdown.
        ranges: Where components fall; None where the training data split no pay.
        certainty: How sure the median is.
        premiums: What was measured of skills; empty before, or where records list none.
    """

    def __init__(
        self,
        encoder: Encoder,
        boosters: Mapping[str, Booster],
        calibration: Calibration,
        coverage: Coverage | None,
        support: Support,
        manifest: Mapping[str, Any],
        card: str = "",
        *,
        ranges: ComponentRanges | None = None,
        certainty: Certainty | None = None,
        premiums: Premiums | None = None,
    ) -> None:
        self.encoder = encoder
        self.boosters = dict(boosters)
        self.calibration = calibration
        self.coverage = coverage
        self.support = support
        self.manifest = dict(manifest)
        self.card = card
        self.ranges = ranges
        self.certainty = certainty or Certainty.plain()
        self.premiums: Premiums = premiums or {}

    def scaled(self, factor: float) -> Self:
        """Return the model with every residual quantile multiplied by ``factor``."""
        return type(self)(
            self.encoder,
            self.boosters,
            self.calibration.scaled(factor),
            self.coverage,
            self.support,
            self.manifest,
            self.card,
            ranges=self.ranges.scaled(factor) if self.ranges else None,
            certainty=self.certainty,
            premiums=self.premiums,
        )

    # One record: the hot path of the service.

    def predict_one(self, record: Mapping[str, Any]) -> Prediction:
        """Return the prediction for one record (inputs, ``data.record.INPUT_TYPES``)."""
        row, name = self.encoder.encode_one(record), group(record)
        beyond = years_beyond(record.get("observed_on"), self.standing_year)
        known = self.boosters["scale"].predict_one(row)
        scale = widened_one(known, beyond, SCALE_DRIFT)
        spread = self.certainty.error(math.exp(self.boosters["spread"].predict_one(row)))
        return Prediction(
            self.boosters["location"].predict_one(row) + self.calibration.offset(name),
            scale,
            widened_one(spread, beyond, DRIFT_YEARLY),
            name,
            row,
            scale / known,
        )

    def quantile(self, prediction: Prediction, level: float) -> float:
        """Return the pay, USD a year, below which a share ``level`` of such people fall."""
        residual = self.calibration.quantile(prediction.group, level)
        return math.exp(prediction.location + prediction.scale * residual)

    def interval(self, prediction: Prediction, coverage: float) -> tuple[float, float]:
        """Return the central prediction interval of ``coverage``, USD a year."""
        tail = (1 - coverage) / 2
        return self.quantile(prediction, tail), self.quantile(prediction, 1 - tail)

    def median_interval(self, prediction: Prediction) -> tuple[float, float]:
        """Return where the typical pay lies with 95 % coverage, USD a year.

        Not where one person's pay falls (``interval``): how sure the median itself is.
        """
        return self.certainty.interval(prediction.location, prediction.spread)

    def components(self, prediction: Prediction) -> Components | None:
        """Return base, bonus and equity of the median; None where the data taught no split."""
        if not self.has_components or not prediction.group.startswith("total:"):
            return None
        median = self.quantile(prediction, 0.5)
        base = self.boosters["base_share"].predict_one(prediction.row)
        share = self.boosters["equity_share"].predict_one(prediction.row)
        return split(median, base, share)

    def explain(self, prediction: Prediction) -> list[Factor]:
        """Return the factors whose product is the median: a baseline in USD, then a field each.

        The baseline is the median of people of whom nothing is known, and each factor what
        knowing the field changes (``serving.explanation``); the last is the calibration's offset.
        """
        explanation = self._explainer.explain(self.boosters["location"], prediction.row)
        return [
            Factor("baseline", math.exp(explanation.baseline)),
            *(Factor(field, math.exp(value)) for field, value in explanation.added.items()),
            Factor("calibration", math.exp(self.calibration.offset(prediction.group))),
        ]

    # Many records: evaluation and files.

    def predict(
        self,
        frame: pl.DataFrame,
        levels: Iterable[float],
        threads: int = 1,
        rows: np.ndarray | None = None,
        *,
        components: bool = True,
    ) -> Predictions:
        """Return predictions for the inputs of ``frame``, in order.

        Args:
            frame: The inputs.
            levels: Of the quantiles.
            threads: That walk the trees.
            rows: The inputs encoded, where they are at hand.
            components: Whether base, bonus and equity are wanted.
        """
        if rows is None:
            rows = self.encoder.encode(frame)
        names = groups(frame)
        offsets = np.array([self.calibration.offset(name) for name in names])
        location = self.boosters["location"].predict(rows, threads) + offsets
        beyond = years_beyond_each(frame["observed_on"], self.standing_year)
        scale = widened(self.boosters["scale"].predict(rows, threads), beyond, SCALE_DRIFT)
        residuals = self.calibration.quantiles(names, levels)
        pay = np.exp(location[:, None] + scale[:, None] * residuals)
        median = np.exp(location)
        parts = np.full((len(names), 3), np.nan)
        total = np.array([name.startswith("total:") for name in names], dtype=bool)
        if components and self.has_components and total.any():
            base = self.boosters["base_share"].predict(rows[total], threads)
            share = self.boosters["equity_share"].predict(rows[total], threads)
            parts[total] = split_many(median[total], base, share)
        return Predictions(location, scale, names, pay, median, parts)

    @property
    def has_components(self) -> bool:
        """Return whether the training data split the pay into base, bonus and equity."""
        return all(name in self.boosters for name in COMPONENT_BOOSTERS)

    @property
    def standing_year(self) -> float:
        """Return the last month known, a year with its month as a fraction; NaN for none.

        The last month learned from, or a later one up to which the model was recalibrated.
        """
        told: Mapping[str, Any] = self.manifest.get("recalibrated", {})
        return float(told.get("standing_year", self.encoder.numbers.latest_year))

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer.of(self.encoder)

    @cached_property
    def synthetic(self) -> bool:
        """Return whether the model learned from invented people, which every answer must say."""
        return bool(self.manifest["data"]["synthetic"])

    # The folder.

    def save(self, folder: Path) -> None:
        """Write the model into ``folder`` (``serving.artifact``)."""
        files = {
            "encoder.json": _json(self.encoder.state()),
            "calibration.json": _json(asdict(self.calibration)),
            "coverage.json": _json(asdict(self.coverage) if self.coverage else None),
            "support.json": _json(asdict(self.support)),
            "certainty.json": _json(asdict(self.certainty)),
            "premiums.json": _json({name: asdict(each) for name, each in self.premiums.items()}),
            "card.md": self.card,
            **({RANGES: _json(asdict(self.ranges))} if self.ranges else {}),
            **{f"{name}.txt": booster.text for name, booster in self.boosters.items()},
        }
        artifact.write(folder, files, self.manifest)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the model stored in ``folder``.

        Raises:
            ArtifactError: The folder is no whole, unchanged model of a known format version.
        """
        manifest, files = artifact.read(folder)
        untold = [name for name in TOLD if name not in manifest]
        if untold:
            raise ArtifactError(f"{folder}: the manifest tells no {', '.join(untold)}")
        needed = (*TEXTS, *(f"{name}.txt" for name in BOOSTERS))
        missing = [name for name in needed if name not in files]
        if missing:
            raise ArtifactError(f"{folder}: the manifest names no {', '.join(missing)}")
        support = json.loads(files["support.json"])
        coverage = json.loads(files["coverage.json"])
        return cls(
            Encoder.from_state(json.loads(files["encoder.json"])),
            {
                name: _booster(folder / f"{name}.txt", files[f"{name}.txt"])
                for name in (*BOOSTERS, *COMPONENT_BOOSTERS)
                if f"{name}.txt" in files
            },
            Calibration(**json.loads(files["calibration.json"])),
            Coverage(**coverage) if coverage else None,
            Support(**{**support, "years": tuple(support["years"])}),
            manifest,
            files["card.md"],
            ranges=ComponentRanges.from_state(json.loads(files[RANGES]))
            if RANGES in files
            else None,
            # Artifacts of release 0.1.0 hold neither of the two.
            certainty=Certainty(**json.loads(files["certainty.json"]))
            if "certainty.json" in files
            else None,
            premiums=read_premiums(json.loads(files.get("premiums.json", "{}"))),
        )


def _booster(path: Path, text: str) -> Booster:
    try:
        return Booster(text)
    except ArtifactError as error:
        raise ArtifactError(f"{path}: {error}") from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
