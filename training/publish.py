"""A fitted model and all that was measured of it, into the tracking server and its registry."""

from pathlib import Path

import pandas as pd

from data.errors import TrainingError
from training.gather import Pooled
from training.pipeline import Outcome
from training.plots import calibration_plot, factor_plot, group_coverage_plot
from training.renewal import AFTER, BEFORE, Renewal
from training.tracking.runs import Logged, log, place

EXAMPLE = pd.DataFrame(
    {
        "title": ["Senior machine learning engineer", "Data analyst"],
        "skills": ["PyTorch;LLM pretraining", "SQL"],
        "company_stage": ["series_b", "public"],
        "country": ["US", "US"],
        "location": ["San Francisco Bay Area", "Austin, TX"],
        "years_experience": [6.0, 2.0],
        "pay_basis": ["total", "total"],
    }
)
"""Two invented people, in words: the registered model's input example."""


def publish(uri: str, folder: Path, outcome: Outcome, pooled: Pooled) -> tuple[str, str]:
    """Log, register and place the model in ``folder``; return its version and alias.

    Raises:
        TrainingError: The model learned from the synthetic market.
        ChampionError: The tracking server is out of reach; the folder keeps the model.
    """
    if outcome.model.synthetic:
        raise TrainingError(
            f"{folder}: learned from the synthetic market, and such a model is never registered; "
            "serve it with paylens-serve --model FOLDER"
        )
    manifest = outcome.model.manifest
    logged = Logged(
        parameters=flat(manifest["config"]) | {"data": pooled.told["description"][:500]},
        metrics={
            f"{split}.{name}": value
            for split, values in manifest["metrics"].items()
            for name, value in values.items()
        },
        figures={
            "calibration.png": calibration_plot(outcome.report.ranks),
            "coverage_by_group.png": group_coverage_plot(outcome.report.by_group),
            "factors.png": factor_plot(outcome.effects),
        },
        tables={
            "card.md": outcome.model.card,
            "coverage_by_group.csv": outcome.report.by_group.write_csv(),
        },
        datasets=pooled.digests,
        model=folder,
        example=EXAMPLE,
    )
    version = log(uri, logged)
    return version, place(uri, version)


def publish_recalibrated(
    uri: str, folder: Path, renewal: Renewal, digests: dict[str, str]
) -> tuple[str, str]:
    """Log, register and place the recalibrated model in ``folder``; return version and alias.

    Args:
        uri: The tracking server.
        folder: Where the model was saved.
        renewal: What was measured.
        digests: Source of the outcomes -> SHA-256 (hex) of its file.

    Raises:
        ChampionError: The tracking server is out of reach; the folder keeps the model.
    """
    told = renewal.model.manifest["recalibrated"]
    logged = Logged(
        parameters={
            f"recalibrated.{name}": value
            for name, value in told.items()
            if name not in ("data", "moves")
        },
        metrics={
            f"{when}.{name}": value
            for when in (BEFORE, AFTER)
            for name, value in renewal.model.manifest["metrics"][when].items()
        },
        figures={"calibration.png": calibration_plot(renewal.ranks)},
        tables={"card.md": renewal.model.card},
        datasets=digests,
        model=folder,
        example=EXAMPLE,
    )
    version = log(uri, logged)
    return version, place(uri, version)


def flat(choices: dict[str, object]) -> dict[str, object]:
    """Return nested ``choices`` with dotted names, as MLflow's parameters are."""
    answer: dict[str, object] = {}
    for key, value in choices.items():
        if isinstance(value, dict):
            answer |= {f"{key}.{inner}": each for inner, each in value.items()}
        else:
            answer[key] = value
    return answer
