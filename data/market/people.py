"""Who lives in the reference market: people with their work, employer, place and years."""

from datetime import timedelta

import numpy as np
import polars as pl

from data.market.cohorts import with_cohort
from data.market.employers import add_employer
from data.market.odds import drawn, drawn_by
from data.market.places import add_places
from data.market.work import add_work
from data.reference import reference

YEARS_NOISE = 0.35
"""Standard deviation of the log of the years of experience, at one seniority."""

USUAL_TENURE_YEARS = 2.5
MOST_YEARS = 45.0


def draw_people(n: int, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``n`` people without skills and pay, in random order."""
    people = add_employer(add_work(with_cohort(n), rng), rng)
    people = _add_years(add_places(people, rng), rng)
    return people[rng.permutation(n)]


def _add_years(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``people`` with years, education, remote share and the day on which they told."""
    market, rows = reference("market"), people.height
    usual = {id_: of["years"] for id_, of in market["seniorities"].items()}
    degrees = {family: of["education"] for family, of in market["families"].items()}
    window = market["window"]
    days_ago = rng.integers(0, round(365.25 * window["years"]), rows)
    noise = pl.Series(np.exp(rng.normal(0.0, YEARS_NOISE, rows)))
    tenure = pl.Series(rng.exponential(USUAL_TENURE_YEARS, rows))
    years = pl.col("seniority").replace_strict(usual)
    worked = _in_halves(years * noise).clip(upper_bound=MOST_YEARS)
    return people.with_columns(
        usual_years=years,
        years_experience=worked,
        years_at_company=pl.min_horizontal(_in_halves(pl.lit(tenure)), worked),
        education=drawn_by(people["family"].replace_strict(degrees), market["educations"], rng),
        remote_share=drawn(market["remote"], rows, rng).cast(pl.Float64),
        observed_on=pl.Series([window["until"] - timedelta(days=int(ago)) for ago in days_ago]),
    )


def _in_halves(years: pl.Expr) -> pl.Expr:
    return (years * 2).round() / 2
