"""The page says what was measured, what was asked, and where paylens loses."""

from dataclasses import replace
from datetime import date

from tests.training.benchmark.made import job, measured, scores
from training.benchmark.measure import AS_GIVEN, BLANKED, FULL
from training.benchmark.method import Occasion
from training.benchmark.report import Besides, report
from training.benchmark.run import Results

OCCASION = Occasion(date(2026, 11, 1), 1, None, False, {}, {"lightgbm": "4.7.0"}, 2)
LOSSES = {
    "paylens": 0.0560,
    "xgboost": 0.0600,
    "xgboost-ours": 0.0565,
    "lightgbm-ours": 0.0570,
    "look-up": 0.1000,
}


def results(**losses: float) -> dict:  # type: ignore[type-arg] # what a run returns
    """Return measurements with the pinball losses of ``LOSSES``, changed by ``losses``."""
    found = {name: losses.get(name.replace("-", "_"), loss) for name, loss in LOSSES.items()}
    return {job(name): measured(loss, calibrated=name == "paylens") for name, loss in found.items()}


def page(found: Results, occasion: Occasion = OCCASION, besides: Besides | None = None) -> str:
    return report(found, occasion, "benchmark.svg", besides)


def part(text: str, heading: str) -> str:
    """Return the section of the page below ``heading``."""
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def row(text: str, first: str) -> list[str]:
    """Return the cells of the table row that begins with ``first``."""
    (line,) = (line for line in text.splitlines() if line.startswith(f"| {first} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_summary_shows_both_kinds_of_peers_with_their_ratios() -> None:
    cells = row(part(page(results()), "In short"), "levels_fyi, random, by group")
    assert cells[1:] == [
        "8,000",
        "0.0560",
        "0.0600 XGBoost multi-quantile",
        f"{0.056 / 0.06:.3f}",
        "0.0565 XGBoost, our matrix",
        f"{0.056 / 0.0565:.3f}",
        f"{0.056 / 0.1:.3f}",
        f"{0.056 / (1.02 * 0.057):.3f}",
        "80.1%",
        "89.9%",
        "60",
    ]


def asked(text: str, where: str = "levels_fyi, random, by group") -> dict[str, str]:
    """Return the goals of a table and split, by column."""
    table = part(text, "What is asked of paylens")
    return dict(zip(row(table, "table and split"), row(table, where), strict=True))


def test_goals_are_held_against_the_best_of_all_corrected_peers() -> None:
    text = page(results())
    assert "the hardest reading" in part(text, "What is asked of paylens")
    assert asked(text)["to best peer"] == f"**{0.056 / 0.0565:.3f} (≤ 0.975)**"
    assert asked(text)["to look-up"] == "0.560 (≤ 0.6)"
    assert asked(text)["interval score 90, to CQR"] == f"**{0.056 / (1.02 * 0.057):.3f} (≤ 0.95)**"


def test_a_goal_is_met_or_missed_by_what_was_measured() -> None:
    assert asked(page(results(paylens=0.0550)))["to best peer"] == "0.973 (≤ 0.975)"
    assert asked(page(results(paylens=0.0552)))["to best peer"] == "**0.977 (≤ 0.975)**"


def test_goals_that_are_met_are_counted() -> None:
    assert "8 of 10 are met." in page(results())
    assert "10 of 10 are met." in page(results(paylens=0.0540))


def test_a_goal_that_nothing_measured_is_not_called_met() -> None:
    only = {of: each for of, each in results().items() if of.peer == "paylens"}
    assert asked(page(only))["to best peer"] == "**not measured (≤ 0.975)**"
    assert "7 of 10 are met." in page(only)


def test_coverage_off_what_is_stated_is_a_goal_missed_and_a_loss_told() -> None:
    ours = measured(0.05, calibrated=True)
    ours["scores"][FULL][AS_GIVEN] = scores(0.05, coverage_80=0.77, worst_gap_80=0.09)
    text = page(results() | {job("paylens"): ours})
    assert asked(text)["covers 80"] == "**77.0% (80 ± 1.2)**"
    assert asked(text)["covers 90"] == "89.9% (90 ± 1.2)"
    assert asked(text)["worst group 80"] == "**9.0% (≤ 6.5%)**"
    assert asked(text)["group gap 80"] == "1.0% (≤ 1.5%)"
    lost = part(text, "Where we do not win")
    assert "the 80 % interval holds 77.0%" in lost
    assert "the worst group is 9.0% off 80 %, where nine of ten perfect models stay within" in lost


def test_later_in_time_too_little_coverage_is_held_against_us_and_too_much_is_not() -> None:
    ours = measured(0.05, calibrated=True)
    ours["scores"][FULL][AS_GIVEN] = scores(0.05, coverage_80=0.765, coverage_90=0.95)
    goals = asked(page({job("paylens", split="temporal"): ours}), where="levels_fyi, later in time")
    assert goals["covers 80"] == "**76.5% (≥ 77%)**"
    assert goals["covers 90"] == "95.0% (≥ 87%)"
    assert goals["worst group 80"] == "–"


def test_where_a_peer_wins_the_page_says_so_and_why() -> None:
    lost = part(page(results(xgboost_ours=0.0550)), "Where we do not win")
    assert "pinball loss 0.0560 against 0.0550 (XGBoost, our matrix)" in lost
    assert "Why: " in lost


def test_a_lead_that_the_figures_do_not_show_is_not_told() -> None:
    faster = {of: each | {"fit_seconds": 59.8} for of, each in results().items()}
    ours = {job("paylens"): measured(0.056, calibrated=True)}
    assert "time to fit" not in part(page(faster | ours), "Where we do not win")
    much = {of: each | {"fit_seconds": 30.0} for of, each in results().items()}
    told = part(page(much | ours), "Where we do not win")
    assert "time to fit 60 s against 30 s (XGBoost, our matrix)" in told


def test_where_no_peer_wins_nothing_is_made_up() -> None:
    assert "Nowhere in these figures." in part(page(results()), "Where we do not win")


def test_every_method_has_a_row_and_perfect_models_two() -> None:
    text = part(page(results()), "levels_fyi: random, by group")
    assert "groups worth 200 people or more: 12." in text
    floor = row(text, "*a perfect model, 90th percentile*")
    assert "*4.5%*" in floor
    for label in ("**paylens**", "XGBoost multi-quantile", "look-up with back-off"):
        assert text.count(f"| {label} |") == 2


def test_groups_of_the_same_few_outcomes_are_told_of() -> None:
    again = {of: each | {"repeated": 7} for of, each in results().items()}
    assert "(7 more hold as many records, but so few" in page(again)


def test_employers_never_seen_are_a_section_of_their_own() -> None:
    cold = {
        job(peer, split="by_company"): of
        for peer, of in zip(LOSSES, results().values(), strict=True)
    }
    text = part(page(results() | cold), "levels_fyi: employers never seen")
    assert "an employer that no method has seen" in " ".join(text.split())
    assert "| **paylens** |" in text


def test_the_same_people_without_their_employer_are_held_to_their_own_goals() -> None:
    ours = measured(0.05, calibrated=True)
    ours["scores"][BLANKED] = {AS_GIVEN: scores(0.09, coverage_80=0.83)}
    text = page(results() | {job("paylens"): ours})
    goals = asked(text, where="levels_fyi, without the employer")
    assert goals["pinball loss"] == "0.0900 (≤ 0.095)"
    assert goals["covers 80"] == "**83.0% (80 ± 2)**"
    assert "| **paylens** |" in part(text, "levels_fyi: asked without the employer")


def test_a_trial_says_that_it_is_no_result() -> None:
    text = page(results(), replace(OCCASION, rows=3000))
    assert "**Only about 3,000 rows of each table were used**" in text
    assert "Only about" not in page(results())


def test_a_method_that_could_not_run_is_named_with_the_way_out() -> None:
    lacking = replace(OCCASION, missing={"NGBoost Normal": ("ngboost",)})
    assert "NGBoost Normal: not installed (ngboost); `make bench-accuracy`" in page(
        results(), lacking
    )


def test_what_was_measured_besides_is_shown_where_it_was() -> None:
    text = page(
        results(), besides=Besides("## levels_fyi: components\n\nparts", "## Pooling\n\npools")
    )
    assert part(text, "Pooling").strip() == "pools"
    assert "## Pooling" not in page(results())


def test_settings_of_the_methods_that_ran_are_listed_and_of_no_other() -> None:
    told = part(page(results()), "Settings")
    assert "XGBoost multi-quantile: " in told
    assert "CatBoost" not in told


def test_a_page_without_paylens_can_be_written_too() -> None:
    only = {of: each for of, each in results().items() if of.peer != "paylens"}
    assert row(part(page(only), "In short"), "levels_fyi, random, by group")[2] == "–"


def test_a_page_of_pooling_alone_claims_nothing_of_peers() -> None:
    text = page({}, besides=Besides(pooling="## Pooling\n\npools"))
    assert "## Pooling" in text
    for heading in ("In short", "What is asked of paylens", "Where we do not win"):
        assert f"## {heading}" not in text
