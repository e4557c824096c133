import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.errors import VocabularyError
from data.matching import normalise
from data.matching.phrases import canonical
from data.vocabulary import FOLDER, REQUIRED, Entry, Vocabulary, digest, read_entry, vocabulary

PRESENT = [name for name in REQUIRED if (FOLDER / f"{name}.toml").exists()]
ID_PATTERNS = {"countries": r"[A-Z]{2}", "regions": r"[A-Z]{2}-[A-Z0-9]{1,3}"}
LEAST = {"roles": 60, "skills": 250, "seniorities": 15}
REFERENCES = [
    ("skills", "family", "skill_families"),
    ("regions", "country", "countries"),
    ("metros", "country", "countries"),
    ("roles", "managed_by", "roles"),
    ("roles", "seniority", "seniorities"),
]
ROLE_FAMILIES = {
    *("software", "data", "ai", "ai_research", "infrastructure", "security", "hardware"),
    *("product", "design", "sales", "marketing_and_growth", "business", "management"),
    *("support_and_success", "people", "science", "general"),
}
RANKS = {
    "intern": (0, "individual"),
    "junior": (10, "individual"),
    "mid": (20, "individual"),
    "senior": (30, "individual"),
    "lead": (35, "either"),
    "manager": (36, "manager"),
    "staff": (40, "individual"),
    "senior_manager": (45, "manager"),
    "principal": (50, "individual"),
    "director": (55, "manager"),
    "senior_director": (58, "manager"),
    "distinguished": (60, "individual"),
    "vice_president": (65, "manager"),
    "senior_vice_president": (70, "manager"),
    "c_level": (75, "manager"),
}

each_file = pytest.mark.parametrize("name", PRESENT)


def named(entry: Entry) -> set[str]:
    """Return everything ``entry`` is called, normalised."""
    return {normalise(text) for text in (entry.en, entry.fr, *entry.aliases)}


def shared(entries: Vocabulary) -> Iterator[str]:
    """Return a line for each name that points at two entries."""
    owner: dict[str, str] = {}
    for key, entry in entries.items():
        for name in named(entry):
            other = owner.setdefault(name, key)
            if other != key:
                yield f"{name!r} names both [{other}] and [{key}]"


@each_file
def test_every_entry_can_be_read(name: str) -> None:
    assert len(vocabulary(name)) >= LEAST.get(name, 1)


@each_file
def test_ids_are_snake_case_or_iso_codes(name: str) -> None:
    pattern = re.compile(ID_PATTERNS.get(name, r"[a-z0-9]+(?:_[a-z0-9]+)*"))
    assert [key for key in vocabulary(name) if not pattern.fullmatch(key)] == []


@each_file
def test_no_name_points_at_two_entries(name: str) -> None:
    assert list(shared(vocabulary(name))) == []


@each_file
def test_no_alias_is_blank_or_only_respells_another(name: str) -> None:
    for key, entry in vocabulary(name).items():
        counts = Counter(normalise(alias) for alias in entry.aliases)
        repeated = [alias for alias, n in counts.items() if n > 1 or not alias]
        assert repeated == [], f"{name}.toml [{key}]"


@each_file
def test_both_labels_say_something(name: str) -> None:
    blank = [k for k, e in vocabulary(name).items() if not (normalise(e.en) and normalise(e.fr))]
    assert blank == []


@each_file
def test_french_labels_have_the_typographic_apostrophe(name: str) -> None:
    assert [key for key, entry in vocabulary(name).items() if "'" in entry.fr] == []


@pytest.mark.parametrize(("name", "field", "target"), REFERENCES)
def test_what_an_entry_refers_to_exists(name: str, field: str, target: str) -> None:
    if not {name, target} <= set(PRESENT):
        pytest.skip(f"{name}.toml or {target}.toml is not there")
    known = {*vocabulary(target), None}
    lost = {k: e.attributes.get(field) for k, e in vocabulary(name).items()}
    assert {key: value for key, value in lost.items() if value not in known} == {}


def test_seniorities_have_their_fixed_ranks_and_tracks() -> None:
    entries = vocabulary("seniorities").items()
    assert {k: (e.attributes["rank"], e.attributes["track"]) for k, e in entries} == RANKS


@pytest.mark.parametrize(("field", "pattern"), [("soc", r"\d{2}-\d{4}"), ("isco", r"\d{4}")])
def test_roles_have_official_codes(field: str, pattern: str) -> None:
    roles = vocabulary("roles").items()
    assert [k for k, e in roles if not re.fullmatch(pattern, e.attributes[field])] == []


def test_roles_are_of_a_known_family_and_every_family_has_some() -> None:
    assert {entry.attributes["family"] for entry in vocabulary("roles").values()} == ROLE_FAMILIES


def test_optional_attributes_of_roles_are_spelt_right() -> None:
    known = {"family", "soc", "isco", "functions", "broad", "not_in", "whole"}
    known |= {"managed_by", "seniority", "track"}
    assert {k: set(e.attributes) - known for k, e in vocabulary("roles").items()} == {
        key: set() for key in vocabulary("roles")
    }


def test_the_field_of_two_roles_is_not_the_same() -> None:
    owner: dict[tuple[str, ...], str] = {}
    for key, entry in vocabulary("roles").items():
        for field in ("functions", "broad", "whole"):
            for text in entry.attributes.get(field, ()):
                assert owner.setdefault((field, *canonical(text)), key) == key, text


@pytest.mark.parametrize("name", ["roles", "seniorities"])
def test_no_name_points_at_two_entries_in_the_spelling_of_titles(name: str) -> None:
    owner: dict[tuple[str, ...], str] = {}
    for key, entry in vocabulary(name).items():
        for text in (entry.en, entry.fr, *entry.aliases):
            assert owner.setdefault(canonical(text), key) == key, text


def test_spellings_are_normalised_and_final() -> None:
    table = tomllib.loads((FOLDER / "spellings.toml").read_text(encoding="utf-8"))
    for found, written in table.items():
        assert normalise(found) == found
        assert canonical(written) == tuple(written.split()), written


def test_the_digest_is_a_sha256_of_all_files() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", digest())


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ('en = "Economist"', r"roles.toml \[economist\]: fr must be a str, found nothing"),
        ('en = "Economist"\nfr = ""', r"roles.toml \[economist\]: fr must be a str, found nothing"),
        ('en = "Economist"\nfr = "Économiste"\nfamily = "data"\nsoc = 193011', "soc .* 193011"),
        ('en = "E"\nfr = "É"\naliases = "econ"', r"\[economist\]: aliases must be a list"),
    ],
)
def test_a_broken_entry_is_refused_by_file_entry_and_field(
    tmp_path: Path, table: str, reason: str
) -> None:
    path = tmp_path / "roles.toml"
    path.write_text(f"[economist]\n{table}\n", encoding="utf-8")
    broken = tomllib.loads(path.read_text(encoding="utf-8"))["economist"]
    with pytest.raises(VocabularyError, match=reason):
        read_entry("roles", "economist", broken)


def test_an_entry_that_is_no_table_is_refused() -> None:
    with pytest.raises(VocabularyError, match=r"roles.toml \[economist\]: an entry is a table"):
        read_entry("roles", "economist", "Economist")


def test_a_name_shared_by_two_entries_is_reported_with_both() -> None:
    fields = {"en": "Seed", "fr": "Amorçage", "aliases": ["SEED!"], "rank": 1}
    twice = {key: read_entry("company_stages", key, fields) for key in ("seed", "pre_seed")}
    lines = list(shared(Vocabulary("company_stages", twice)))
    assert "'seed' names both [seed] and [pre_seed]" in lines
