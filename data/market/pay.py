"""What people of the reference market earn: base, bonus and equity."""

from datetime import date

import numpy as np
import polars as pl

from data.market.cohorts import EVERYONE
from data.market.official import NATION
from data.market.wages import wages
from data.reference import reference
from data.trend import pay_index

AMOUNTS = ("base", "bonus", "equity")
ROUNDED_TO_USD = 100.0


def add_pay(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``people`` with ``base``, ``bonus`` and ``equity``, USD a year.

    Base pay is lognormal around the official median of the occupation and place, with the
    official spread on either side. Seniority, experience and chance say where in that spread
    someone stands; role, employer and skills are factors. Both are centred within the occupation,
    so that its people as a whole earn what the statistics say.

    Args:
        people: What ``draw_people`` and ``add_skills`` give.
        rng: Draws what nothing explains.
    """
    placed = _centred(_placed(people), "standing", "log_factor")
    base = _add_base(_with_official(placed), rng)
    return _published(_add_variable(base, rng)).with_columns(
        (pl.col(name) / ROUNDED_TO_USD).round() * ROUNDED_TO_USD for name in AMOUNTS
    )


def _placed(people: pl.DataFrame) -> pl.DataFrame:
    """Return ``people`` with ``standing`` (standard deviations of log wages) and ``log_factor``."""
    market = reference("market")
    seniorities = market["seniorities"]
    managers = pl.col("ladder").is_in(["management", "top"])
    place = (
        pl.when(managers)
        .then(
            pl.col("seniority").replace_strict(
                {s: of["in_management"] for s, of in seniorities.items()}
            )
        )
        .otherwise(
            pl.col("seniority").replace_strict({s: of["place"] for s, of in seniorities.items()})
        )
    )
    more_years = (1 + pl.col("years_experience")) / (1 + pl.col("usual_years"))
    roles = {role: of.get("factor", 1.0) for role, of in market["roles"].items()}
    employers = {kind: of["base"] for kind, of in market["employers"].items()}
    factor = (
        pl.col("role").replace_strict(roles, default=1.0)
        * pl.col("employer").replace_strict(employers)
        * pl.col("skill_factor")
    )
    return people.with_columns(
        standing=place + market["placement"]["experience"] * more_years.log(2),
        log_factor=factor.log(),
    )


def _centred(people: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Return ``people`` with the mean of their occupation taken from ``columns``.

    The mean is that of everyone: cohorts drawn apart stand outside what is official.
    """
    means = people.filter(pl.col("cohort") == EVERYONE).group_by("soc").agg(pl.col(columns).mean())
    return people.join(
        means, on="soc", how="left", suffix="_mean", maintain_order="left"
    ).with_columns(pl.col(c) - pl.col(f"{c}_mean").fill_null(0.0) for c in columns)


def _with_official(people: pl.DataFrame) -> pl.DataFrame:
    """Return ``people`` with the official figures of their occupation and place.

    Who works abroad, or where the occupation has no figure, has the nation's.
    """
    known = wages().drop("employment")
    nation = known.filter(pl.col("place") == NATION).drop("place")
    here = people.join(known, on=("soc", "place"), how="left", maintain_order="left")
    figures = ("log_median", "spread_low", "spread_high")
    return here.join(
        nation, on="soc", how="left", suffix="_nation", maintain_order="left"
    ).with_columns(pl.coalesce(name, f"{name}_nation") for name in figures)


def _add_base(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    market = reference("market")
    noise = pl.Series(rng.normal(0.0, market["placement"]["noise"], people.height))
    standing = pl.col("standing") + noise
    spread = pl.when(standing < 0).then("spread_low").otherwise("spread_high")
    countries = {NATION: 1.0} | {c: of["base"] for c, of in market["countries"].items()}
    selected = pl.col("soc").replace_strict(market["selected"], default=1.0)
    log_base = pl.col("log_median") + spread * standing + pl.col("log_factor")
    level = selected * pl.col("country").replace_strict(countries)
    return _with_index(people).with_columns(base=log_base.exp() * level * pl.col("index"))


def _with_index(people: pl.DataFrame) -> pl.DataFrame:
    """Return ``people`` with ``index``: pay on their day over pay when the wages were official."""
    market = reference("market")
    since: date = market["official"]["observed_on"]
    ai = pl.col("family").is_in([f for f, of in market["families"].items() if of.get("ai")])
    ai |= pl.col("role").is_in([r for r, of in market["roles"].items() if of.get("ai")])
    manager = pl.col("track") == "manager"
    who = pl.when(ai & manager).then(pl.lit("ai_manager")).when(ai).then(pl.lit("ai_individual"))
    people = people.with_columns(who=who.otherwise(pl.lit("other")))
    days = people.select("who", "observed_on").unique()
    index = [pay_index(who, day, since) for who, day in days.iter_rows()]
    return people.join(
        days.with_columns(index=pl.Series(index, dtype=pl.Float64)),
        on=("who", "observed_on"),
        how="left",
        maintain_order="left",
    )


def _add_variable(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``people`` with ``bonus`` and ``equity``."""
    market, rows = reference("market"), people.height
    families, seniorities, employers = (
        market[name] for name in ("families", "seniorities", "employers")
    )
    family, seniority, employer = pl.col("family"), pl.col("seniority"), pl.col("employer")

    def of(column: pl.Expr, table: dict[str, dict[str, float]], field: str) -> pl.Expr:
        return column.replace_strict({key: float(row[field]) for key, row in table.items()})

    # Commission is the seller's trade, whoever the employer is.
    by_employer = pl.when(family == "sales").then(1.0).otherwise(of(employer, employers, "bonus"))
    bonus = of(family, families, "bonus") * of(seniority, seniorities, "bonus") * by_employer
    equity = (
        of(family, families, "equity")
        * of(seniority, seniorities, "equity")
        * of(employer, employers, "equity")
        * pl.when(pl.col("country") == NATION).then(1.0).otherwise(market["abroad"]["equity"])
        * (of(employer, employers, "noise") * pl.Series(rng.normal(size=rows))).exp()
    )
    paid = pl.col("employment_type") == "full_time"
    holds = paid & (pl.Series(rng.random(rows)) >= of(employer, employers, "without"))
    luck = pl.Series(np.exp(rng.normal(0.0, 0.3, rows)))
    return people.with_columns(
        bonus=pl.when(paid).then(pl.col("base") * bonus * luck).otherwise(0.0),
        equity=pl.when(holds).then(pl.col("base") * equity).otherwise(0.0),
    )


def _published(people: pl.DataFrame) -> pl.DataFrame:
    """Return ``people`` with the pay of those whose median was published scaled to it.

    A published median is of one day: it holds over the whole window, so the trend is taken out.
    """
    medians = {of["cohort"]: of["median_total_usd"] for of in reference("market")["published"]}
    flat = pl.sum_horizontal(AMOUNTS) / pl.col("index")
    wanted = pl.col("cohort").replace_strict(medians, default=None, return_dtype=pl.Float64)
    scale = wanted / flat.median().over("cohort", "role") / pl.col("index")
    return people.with_columns(pl.col(AMOUNTS) * scale.fill_null(1.0))
