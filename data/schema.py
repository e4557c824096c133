"""The rules that every pay record (``data.record``) keeps.

Two schemas, because a prediction needs the first alone: ``inputs_schema`` (what is known before the
pay is) and ``record_schema`` (the inputs and the pay). ``sift`` parts a frame into the rows that
keep the rules and the reasons why the others do not.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from data.record import (
    EMPLOYMENT_TYPES,
    INPUT_TYPES,
    MAX_YEARS,
    PAY_BASES,
    PAY_PERIODS,
    PAY_TYPES,
    REJECT_TYPES,
    TRACKS,
)
from data.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Sifted:
    """The rows that keep every rule, and a reject (``REJECT_TYPES``) for each broken one."""

    kept: pl.DataFrame
    rejects: pl.DataFrame


def _known(name: str) -> pa.Check:
    return pa.Check.isin(list(vocabulary(name)), error=f"in the vocabulary {name}")


def _one_of(values: tuple[str, ...]) -> pa.Check:
    return pa.Check.isin(values, error=f"one of {', '.join(values)}")


def _between(low: float, high: float, unit: str) -> pa.Check:
    return pa.Check.in_range(
        low, high, error=f"between {low:,.10g} and {high:,.10g} {unit}".rstrip()
    )


def _at_least_zero() -> pa.Check:
    return pa.Check.ge(0, error="not negative")


@cache
def inputs_schema() -> pa.DataFrameSchema:
    """Return the schema of the columns a prediction may use (``INPUT_TYPES``)."""
    checks: dict[str, pa.Check] = {
        "role": _known("roles"),
        "seniority": _known("seniorities"),
        "track": _one_of(TRACKS),
        "company_stage": _known("company_stages"),
        "industry": _known("industries"),
        "country": _known("countries"),
        "region": _known("regions"),
        "metro": _known("metros"),
        "education": _known("educations"),
        "employment_type": _one_of(EMPLOYMENT_TYPES),
        "pay_basis": _one_of(PAY_BASES),
        "company_size": _between(1, 10_000_000, "employees"),
        "remote_share": _between(0, 1, "(share of working time)"),
        "years_experience": _between(0, MAX_YEARS, "years"),
        "years_at_company": _between(0, MAX_YEARS, "years"),
        "fte_share": _between(0.01, 1, "(share of full time)"),
    }
    always = {"skills", "stage_inferred", "pay_basis"}
    return pa.DataFrameSchema(
        {
            name: pa.Column(kind, checks.get(name), nullable=name not in always)
            for name, kind in INPUT_TYPES.items()
        }
    )


@cache
def record_schema(today: date, min_pay_usd: float, max_pay_usd: float) -> pa.DataFrameSchema:
    """Return the schema of a whole pay record: ``INPUT_TYPES`` and ``PAY_TYPES``.

    Args:
        today: No record may be observed after this day.
        min_pay_usd: Least believable pay, USD a year, full time.
        max_pay_usd: Most believable pay, USD a year, full time.
    """
    unit = "USD a year"
    ends_in_order = pa.Check(
        lambda data: data.lazyframe.select(
            (pl.col("posted_high") >= pl.col("posted_low")).fill_null(value=True)
        ),
        error="posted_low at most posted_high",
    )
    not_in_future = pa.Check.le(today, error=f"not after {today.isoformat()}")
    checks: dict[str, list[pa.Check]] = {
        "weight": [_between(1e-6, 1, "")],
        "pay_period": [_one_of(PAY_PERIODS)],
        "pay_usd": [_between(min_pay_usd, max_pay_usd, unit)],
        "posted_high": [_at_least_zero(), ends_in_order],
        **{
            name: [_at_least_zero()]
            for name in ("base", "bonus", "equity", "total_compensation", "posted_low")
        },
    }
    always = {
        "record_id",
        "group_id",
        "source",
        "weight",
        "currency",
        "pay_period",
        "pay_usd",
    }
    inputs = inputs_schema().columns | {
        "observed_on": pa.Column(pl.Date, not_in_future, nullable=False)
    }
    return pa.DataFrameSchema(
        inputs
        | {
            name: pa.Column(kind, checks.get(name), nullable=name not in always)
            for name, kind in PAY_TYPES.items()
        }
    )


def sift(frame: pl.DataFrame, schema: pa.DataFrameSchema) -> Sifted:
    """Return ``frame`` parted by ``schema`` into rows that keep its rules and rejects.

    Args:
        frame: One record a row, with the further columns ``source`` and ``row``.
        schema: ``inputs_schema()`` or ``record_schema(…)``.

    Returns:
        The kept rows, in order, with the columns of ``frame``; one reject a broken rule.
    """
    try:
        schema.validate(frame.select(list(schema.columns)), lazy=True)
    except SchemaErrors as errors:
        broken = errors.failure_cases
    else:
        return Sifted(frame, pl.DataFrame(schema=REJECT_TYPES))
    if broken["index"].null_count():
        raise errors_in_frame(broken)
    rows = frame.with_row_index("index").select(pl.col("index").cast(pl.Int32), "source", "row")
    rejects = (
        broken.join(rows, on="index")
        .sort("index", maintain_order=True)
        .select(
            "source",
            pl.col("row").cast(pl.Int64),
            "column",
            pl.col("failure_case").alias("value"),
            pl.col("check").replace("not_nullable", "not empty").alias("rule"),
        )
    )
    lost = broken["index"].unique().to_list()
    kept = frame.with_row_index("index").filter(~pl.col("index").is_in(lost)).drop("index")
    return Sifted(kept, rejects)


def errors_in_frame(broken: pl.DataFrame) -> TypeError:
    """Return the error for a frame of the wrong shape: a fault of an adapter, not of a row."""
    first = broken.row(0, named=True)
    return TypeError(f"column {first['column']!r}: {first['check']} ({first['failure_case']})")
