"""The file that says what a table of one's own calls our columns."""

from pathlib import Path

import pytest

from data.errors import SourceError
from data.sources.mapping import COLUMNS, read_mapping


def mapping_file(folder: Path, content: str) -> Path:
    path = folder / "mapping.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_mapping_holds_their_columns_and_what_stands_in_empty_cells(tmp_path: Path) -> None:
    mapping = read_mapping(
        mapping_file(
            tmp_path,
            'title = "Job title"\nbase = "Salaire"\n\n[defaults]\ncurrency = "EUR"\n'
            'observed_on = 2026-03-31\nfte_share = 0.8\nskills = ["SQL", "Python"]\n',
        )
    )
    assert mapping.columns == {"title": "Job title", "base": "Salaire"}
    assert mapping.defaults == {
        "currency": "EUR",
        "observed_on": "2026-03-31",
        "fte_share": "0.8",
        "skills": "SQL;Python",
    }


@pytest.mark.parametrize("content", ['titel = "Job"', '[defaults]\ntitel = "Designer"'])
def test_a_key_that_is_no_column_of_ours_is_refused_with_the_nearest(
    content: str, tmp_path: Path
) -> None:
    path = mapping_file(tmp_path, content)
    with pytest.raises(SourceError, match=r"mapping\.toml: 'titel' is no .* nearest are title, "):
        read_mapping(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("title = 3", "title must be the name of a column, found 3"),
        ('title = " "', "title must be the name of a column, found ' '"),
        ('defaults = "EUR"', "defaults must be a table"),
        ("[defaults]\ncurrency = true", "the default of currency must be"),
        ("[defaults]\nskills = [1]", "the default of skills must be"),
        ("title = ", "not a readable mapping file"),
    ],
)
def test_a_value_of_another_kind_is_refused_by_its_key(
    content: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=said):
        read_mapping(mapping_file(tmp_path, content))


def test_a_missing_or_unreadable_file_is_refused_by_its_path(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('title = "Métier"'.encode("latin-1"))
    for path in (tmp_path / "gone.toml", tmp_path, latin):
        with pytest.raises(SourceError, match=rf"{path.name}: not a readable mapping file"):
            read_mapping(path)


def test_what_sources_tell_of_their_rows_cannot_be_mapped() -> None:
    assert not {"person", "identity", "seniority_band"} & set(COLUMNS)
    assert {"equity_grant", "vesting_years", "metro", "employee_id"} <= set(COLUMNS)
