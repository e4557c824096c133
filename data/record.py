"""The pay record: its columns, their types and units.

One row a person or an advertisement. The rules its values keep are in ``data.schema``.
"""

from collections.abc import Mapping

import polars as pl

PAY_BASES = ("total", "cash", "base", "posted_base")
PAY_PERIODS = ("year", "month", "week", "day", "hour")
TRACKS = ("individual", "manager")
EMPLOYMENT_TYPES = ("full_time", "part_time", "contract", "freelance", "internship")
PROTECTED = ("gender", "ethnicity")
"""Columns kept for the pay-gap audit alone; the encoder cannot see them."""

MAX_YEARS = 70.0
"""Nobody has worked for longer: a larger number is a typing error or a calendar year."""

INPUT_TYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "title": pl.String,  # as given
    "role": pl.String,  # id in roles
    "specialisation": pl.String,  # free text, lower case
    "seniority": pl.String,  # id in seniorities
    "track": pl.String,  # one of TRACKS
    "skills": pl.List(pl.String),  # ids in skills
    "company": pl.String,  # canonical spelling
    "company_level": pl.String,  # the employer's own label
    "company_stage": pl.String,  # id in company_stages
    "stage_inferred": pl.Boolean,  # carried back from a later date
    "company_size": pl.Float64,  # employees; the geometric middle of a stated band
    "industry": pl.String,  # id in industries
    "country": pl.String,  # ISO 3166-1 alpha-2
    "region": pl.String,  # ISO 3166-2
    "metro": pl.String,  # id in metros
    "locality": pl.String,  # the place as given
    "remote_share": pl.Float64,  # share of working time, 0 to 1
    "years_experience": pl.Float64,  # years
    "years_at_company": pl.Float64,  # years
    "education": pl.String,  # id in educations
    "employment_type": pl.String,  # one of EMPLOYMENT_TYPES
    "fte_share": pl.Float64,  # share of full time, above 0 to 1
    "observed_on": pl.Date,  # the day the pay was reported or advertised
    "pay_basis": pl.String,  # one of PAY_BASES
}

PAY_TYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "record_id": pl.String,
    "group_id": pl.String,  # ties what must not be split between training and test
    "source": pl.String,
    "weight": pl.Float64,
    "currency": pl.String,  # ISO 4217
    "pay_period": pl.String,  # one of PAY_PERIODS
    "base": pl.Float64,  # these six as stated: in that currency, period and share of full time
    "bonus": pl.Float64,
    "equity": pl.Float64,
    "total_compensation": pl.Float64,
    "posted_low": pl.Float64,
    "posted_high": pl.Float64,
    "pay_usd": pl.Float64,  # the target: USD a year, full time, of what pay_basis says
    "base_usd": pl.Float64,  # these three USD a year, full time; null when no split was given
    "bonus_usd": pl.Float64,
    "equity_usd": pl.Float64,
    "gender": pl.String,
    "ethnicity": pl.String,
}

REJECT_TYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "source": pl.String,
    "row": pl.Int64,  # the row's number in its file, the first row of data being 1
    "column": pl.String,
    "value": pl.String,
    "rule": pl.String,
}

RECORD_TYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {**PAY_TYPES, **INPUT_TYPES}
"""A whole record: what is known of the job and the person, and the pay."""
