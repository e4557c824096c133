"""The model card: what the model is, what it learned from, what was measured, where it fails.

Source: Mitchell et al. 2019, "Model Cards for Model Reporting", for the sections.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from serving.premiums import Premiums

MOST_SKILLS = 20
"""Skills that a card tells."""

SHOWN = (
    ("pinball_loss", "pinball loss (log pay)", "{:.4f}"),
    ("median_absolute_percentage_error", "median absolute error", "{:.1%}"),
    ("coverage_80", "coverage, stated 80 %", "{:.1%}"),
    ("coverage_90", "coverage, stated 90 %", "{:.1%}"),
    ("interval_score_90", "interval score at 90 % (log pay)", "{:.3f}"),
)


def card(
    manifest: Mapping[str, Any], by_group: pl.DataFrame, skill_premiums: Premiums | None = None
) -> str:
    """Return the card of a model, Markdown.

    Args:
        manifest: The model's manifest.
        by_group: ``training.evaluate.Report.by_group``.
        skill_premiums: What was measured of skills.
    """
    told = manifest["data"]
    warning = (
        "\n**Synthetic: it learned from an invented reference market. Nothing it says is a "
        "statement about what people are paid, and its measured coverage is circular.**\n"
        if told["synthetic"]
        else ""
    )
    return f"""# paylens, trained on {manifest["trained_on"]}
{warning}
Predicts gross pay a year, full time, of people in tech and AI, with intervals. Meant for setting
and comparing pay; not for deciding about one person alone.

## Data
{told["description"]}, observed {told["observed_from"]} to {told["observed_to"]}.
Gender and ethnicity are never inputs; nor is anyone's current or past pay.

## Measured on records it had not seen
{metrics_table(manifest["metrics"])}

## What the reliability of an answer means
{labels_table(manifest.get("reliability", {}))}

Measured on held-out people, asked about as they are and with inputs left out.

## Coverage by group, stated 80 %
{groups_table(by_group)}

The share of a small group is half chance; drawn to that of all, it is the better guess. Bands of
scale are fifths of the predicted width.

## Skills
{skills_table(skill_premiums)}

## Limits
- Pay is nominal; nothing after {told["observed_to"]} was seen.
- People who report their pay, and employers who advertise it, are not all people or employers.
- What moves a prediction is an association, not a cause.
"""


def skills_table(skill_premiums: Premiums | None) -> str:
    """Return the skills of the largest shown premiums, either way, as a Markdown table."""
    found = {skill: of for skill, of in (skill_premiums or {}).items() if of.average.shown}
    if not found:
        return "No skill goes along with a difference in pay that the data show."
    most = sorted(found.items(), key=lambda item: -abs(item[1].measured))[:MOST_SKILLS]
    rows = [
        f"| {skill} | {of.average.factor:.2f} | {of.average.lower:.2f} to {of.average.upper:.2f} "
        f"| {of.n:,} |"
        for skill, of in sorted(most, key=lambda item: -item[1].measured)
    ]
    head = (
        "Pay of those who list a skill over that of people alike who do not: an association, and "
        "of worthless skills one in twenty is shown by chance.\n\n"
        "| skill | factor | 95 % interval | records |\n|---|---|---|---|\n"
    )
    return head + "\n".join(rows)


def metrics_table(metrics: Mapping[str, Mapping[str, float]]) -> str:
    """Return the metrics of each split and baseline as a Markdown table."""
    head = "| | " + " | ".join(metrics) + " |\n|---|" + "---|" * len(metrics)
    rows = [
        f"| {label} | "
        + " | ".join(shape.format(of[name]) if name in of else "–" for of in metrics.values())
        + " |"
        for name, label, shape in SHOWN
    ]
    counts = " | ".join(f"{of['records']:,.0f}" for of in metrics.values())
    return "\n".join([head, *rows, f"| records | {counts} |"])


def labels_table(reliability: Mapping[str, Mapping[str, float]]) -> str:
    """Return error and coverage by reliability label as a Markdown table."""
    rows = [
        f"| {label} | {of['records']:,.0f} | {of['median_absolute_percentage_error']:.1%} | "
        f"{of['coverage_80']:.1%} | {of['coverage_90']:.1%} |"
        for label, of in reliability.items()
    ]
    head = "| | asked | median absolute error | coverage, stated 80 % | stated 90 % |"
    return head + "\n|---|---|---|---|---|\n" + "\n".join(rows)


def groups_table(by_group: pl.DataFrame) -> str:
    """Return the coverage of each group as a Markdown table."""
    rows = [
        f"| {row['by']} | {row['group']} | {row['n']:,} | {row['measured']:.1%} | "
        f"{row['low']:.1%} to {row['high']:.1%} | {row['drawn']:.1%} | {row['mdape']:.1%} |"
        for row in by_group.filter(pl.col("stated") == 0.8).iter_rows(named=True)
    ]
    head = "| | group | records | measured | 95 % interval | drawn to all | median absolute error |"
    return head + "\n|---|---|---|---|---|---|---|\n" + "\n".join(rows)
