"""The last touches on a record: ids, groups, rates, repeats."""

from datetime import date

import polars as pl

from data.finish import named, with_rates, without_consequences, without_repeats
from data.record import REJECT_TYPES


def test_rows_have_ids_of_their_number_and_groups_of_their_person() -> None:
    rows = pl.DataFrame(
        {
            "row": [4, 5, 7, 8],
            "person": ["Ada", None, "Ada", "Bo"],
            "weight": [None, 0.5, None, None],
            "pay_period": [None, "hour", None, None],
            "skills": [None, ["sql"], None, None],
        },
        schema_overrides={"skills": pl.List(pl.String)},
    )
    found = named(rows, "made")
    assert found["record_id"].to_list() == ["made:4", "made:5", "made:7", "made:8"]
    ada, nobody, again, bo = found["group_id"]
    assert ada == again
    assert (nobody, len({ada, nobody, bo})) == ("made:5", 3)
    assert found["weight"].to_list() == [1, 0.5, 1, 1]
    assert found["pay_period"].to_list() == ["year", "hour", "year", "year"]
    assert found["skills"].to_list() == [[], ["sql"], [], []]


def test_a_group_is_called_the_same_in_every_run() -> None:
    rows = pl.DataFrame(
        {
            "row": [1],
            "person": ["Ada"],
            "weight": [1.0],
            "pay_period": ["year"],
            "skills": [["sql"]],
        }
    )
    assert named(rows, "made")["group_id"].to_list() == ["made=3f4afb45d1631e50"]


def test_a_currency_without_a_rate_for_its_day_is_rejected_by_name() -> None:
    day = date(2024, 1, 2)
    rows = pl.DataFrame(
        {
            "source": "made",
            "row": [1, 2, 3, 4],
            "currency": ["EUR", "RUB", None, "XYZ"],
            "observed_on": [day, day, day, None],
        }
    )
    rated, rejects = with_rates(rows)
    assert rated["row"].to_list() == [1, 3, 4]
    assert rejects.select("row", "column", "value").rows() == [(2, "currency", "RUB")]


def test_pay_is_not_blamed_for_what_it_is_computed_from() -> None:
    told = [(1, "currency"), (1, "pay_usd"), (2, "pay_usd"), (3, "role"), (3, "pay_usd")]
    rejects = pl.DataFrame(
        [("made", row, column, None, "not empty") for row, column in told],
        schema=REJECT_TYPES,
        orient="row",
    )
    left = without_consequences(rejects).select("row", "column").rows()
    assert sorted(left) == [(1, "currency"), (2, "pay_usd"), (3, "pay_usd"), (3, "role")]


def test_the_first_of_repeated_rows_is_kept() -> None:
    rows = pl.DataFrame(
        {"source": "made", "row": [3, 4, 5, 6, 9], "identity": ["a", None, "b", None, "a"]}
    )
    kept, rejects = without_repeats(rows)
    assert kept.equals(rows.filter(pl.col("row") != 9))
    assert rejects.select("row", "value").rows() == [(9, "same as row 3")]
    assert rejects.schema == pl.Schema(REJECT_TYPES)
