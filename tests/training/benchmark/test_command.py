"""The whole command on invented people, with the methods that training itself brings."""

from pathlib import Path

import pytest

from tests.training.command import Said, paylens_train, write_config, write_table

METHODS = "paylens,lightgbm-ours,ridge,look-up"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("benchmark")


def compare(folder: Path) -> Said:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return paylens_train(
            *("benchmark", "--source", "table=pay.csv", "--peers", METHODS, "--quick"),
            *("--rows", "1000", "--workers", "1", "--config", "small.toml", "--output", "page.md"),
        )


@pytest.fixture(scope="module")
def said(folder: Path) -> Said:
    """What the first run said."""
    write_table(folder, n=1200)
    write_config(folder)
    return compare(folder)


@pytest.fixture(scope="module")
def page(said: Said, folder: Path) -> str:
    assert said.code == 0, said.err
    return (folder / "page.md").read_text()


def test_the_page_and_its_picture_are_written_and_told_of(
    page: str, said: Said, folder: Path
) -> None:
    assert said.out.splitlines()[-1] == "written: page.md and page.svg"
    assert said.out.startswith(page.partition("## Where")[0])
    assert (folder / "page.svg").read_text().startswith("<?xml")
    assert "(page.svg)" in page


@pytest.mark.parametrize("split", ["random, by group", "later in time"])
def test_every_method_is_on_the_page_for_each_split(page: str, split: str) -> None:
    part = page.partition(f"## table: {split}\n")[2].partition("\n## ")[0]
    for label in ("**paylens**", "LightGBM, our matrix", "ridge, one-hot", "look-up with back-off"):
        assert part.count(f"| {label} |") == 2


def test_the_page_says_that_it_is_a_trial_and_shows_the_components(page: str) -> None:
    assert "**Only about 1,000 rows of each table were used**" in page
    assert "## table: components" in page
    assert "## Pooling" not in page, "one table alone is no pool"


def test_a_second_run_measures_nothing_again_and_writes_the_same_page(
    page: str, folder: Path
) -> None:
    results = folder / ".paylens" / "benchmark" / "results"
    before = {path.name: path.stat().st_mtime_ns for path in results.iterdir()}
    assert compare(folder).code == 0
    assert {path.name: path.stat().st_mtime_ns for path in results.iterdir()} == before
    assert (folder / "page.md").read_text() == page


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--peers", "catbost"), "error: no method is called catbost; there are paylens, catboost"),
        (("--part", "pools"), "error: no part is called pools; there are peers, components, pooli"),
        (("--data", "nowhere"), "error: nowhere: none of levels_fyi.parquet, "),
        (("--config", "nowhere.toml"), "error: nowhere.toml: "),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(
    arguments: tuple[str, ...], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = paylens_train("benchmark", *arguments)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.splitlines()[-1].startswith(line)
    assert list(tmp_path.iterdir()) == []
