"""Locations as people write them: what is read, what is left open, and what is refused."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.gazetteer import NORTH_AMERICA, gazetteer, place_key
from data.places import MISSPELT_SCORE, Place, find_place, nearest_places
from data.vocabulary import Entry, vocabulary

CHECKOUT = Path(__file__).parents[2]
METROS = tuple(vocabulary("metros").values())

BAY = ("US", "US-CA", "san_francisco_bay_area")
SEATTLE = ("US", "US-WA", "seattle")
BOSTON = ("US", "US-MA", "boston")
CAPITAL = ("US", "US-DC", "washington_dc", "Washington, DC")
NEW_YORK = ("US", "US-NY", "new_york", "New York, NY")
LONDON = ("GB", "GB-ENG", "london", "London, United Kingdom")
PARIS = ("FR", "FR-IDF", "paris", "Paris, France")
MUNICH = ("DE", "DE-BY", "munich", "Munich, Germany")
BANGALORE = ("IN", "IN-KA", "bangalore", "Bangalore, India")
FRANKFURT = ("DE", "DE-HE", "frankfurt", "Frankfurt, Germany")

READ: dict[str, tuple[str | None, ...]] = {
    # Town and state
    "Mountain View, CA": (*BAY, "Mountain View, CA"),
    "San Jose, CA": (*BAY, "San Jose, CA"),
    "Santa Clara, CA, US": (*BAY, "Santa Clara, CA"),
    "mountain view, california, united states of america": (*BAY, "Mountain View, CA"),
    "Mountain View, CA 94043": (*BAY, "Mountain View, CA"),
    "1600 Amphitheatre Pkwy, Mountain View, CA 94043, USA": (*BAY, "Mountain View, CA"),
    "New York, NY, US": NEW_YORK,
    "New York, New York": NEW_YORK,
    "Brooklyn, New York, NY": ("US", "US-NY", "new_york", "Brooklyn, NY"),
    "Chicago, IL": ("US", "US-IL", "chicago", "Chicago, IL"),
    "Chicago IL": ("US", "US-IL", "chicago", "Chicago, IL"),
    "Mc Lean, VA": ("US", "US-VA", "washington_dc", "McLean, VA"),
    "St Paul, MN": ("US", "US-MN", "minneapolis_saint_paul", "Saint Paul, MN"),
    "Portland, OR": ("US", "US-OR", "portland", "Portland, OR"),
    "Vancouver, WA": ("US", "US-WA", "portland", "Vancouver, WA"),
    "Vienna, VA": ("US", "US-VA", "washington_dc", "Vienna, VA"),
    "Melbourne, FL": ("US", "US-FL", "space_coast", "Melbourne, FL"),
    "Atlanta, Georgia": ("US", "US-GA", "atlanta", "Atlanta, GA"),
    "Bellevue, Washington": (*SEATTLE, "Bellevue, WA"),
    "Ontario, CA": ("US", "US-CA", "riverside_san_bernardino", "Ontario, CA"),
    "Cambridge, MA": (*BOSTON, "Cambridge, MA"),
    "Cambridge, MA, United States": (*BOSTON, "Cambridge, MA"),
    # Towns of no metro
    "Springfield, IL": ("US", "US-IL", None, "Springfield, IL"),
    "springfield, il": ("US", "US-IL", None, "Springfield, IL"),
    "Portland, ME": ("US", "US-ME", None, "Portland, ME"),
    "Paris, TX": ("US", "US-TX", None, "Paris, TX"),
    "Brazil, IN": ("US", "US-IN", None, "Brazil, IN"),
    "Rome, Italy": ("IT", None, None, "Rome, Italy"),
    "Rennes, FR": ("FR", None, None, "Rennes, France"),
    "RIGA, RI, Latvia": ("LV", "LV-RIX", None, "Riga, Latvia"),
    "Helsinki, ES, Finland": ("FI", "FI-18", "helsinki", "Helsinki, Finland"),
    "Frankfurt, BB, Germany": ("DE", "DE-BB", None, "Frankfurt, Germany"),
    # The capital
    "Washington, DC": CAPITAL,
    "Washington, D.C., USA": CAPITAL,
    "Georgetown, Washington, DC": CAPITAL,
    # Elsewhere
    "Zurich, ZH, Switzerland": ("CH", "CH-ZH", "zurich", "Zurich, Switzerland"),
    "Zug, ZG, Switzerland": ("CH", "CH-ZG", "zurich", "Zug, Switzerland"),
    "Toronto, ON, Canada": ("CA", "CA-ON", "toronto", "Toronto, ON"),
    "Toronto, CA": ("CA", "CA-ON", "toronto", "Toronto, ON"),
    "Montréal, Québec": ("CA", "CA-QC", "montreal", "Montreal, QC"),
    "London, EN, United Kingdom": LONDON,
    "London, UK": LONDON,
    "Paris, France": PARIS,
    "75008 Paris": PARIS,
    "Paris, IL, France": PARIS,
    "Munich, BY, Germany": MUNICH,
    "Berlin, DE": ("DE", "DE-BE", "berlin", "Berlin, Germany"),
    "Bengaluru, KA, India": BANGALORE,
    "Bangalore, KA": BANGALORE,
    "Gurgaon, HR, India": ("IN", "IN-HR", "delhi", "Gurgaon, India"),
    "Seoul, KG, Korea, South": ("KR", "KR-11", "seoul", "Seoul, South Korea"),
    "Singapore, SG, Singapore": ("SG", None, "singapore", "Singapore, Singapore"),
    "Hong Kong, HK, Hong Kong (SAR)": ("HK", None, "hong_kong", "Hong Kong, Hong Kong"),
    "Hsin-chu, TP, Taiwan": ("TW", "TW-HSZ", "hsinchu", "Hsinchu, Taiwan"),
    "Genève, Suisse": ("CH", "CH-GE", "lake_geneva", "Genève, Switzerland"),
    "Shoreditch, London": ("GB", "GB-ENG", "london", "Shoreditch, United Kingdom"),
    "Frankfurt/Main": FRANKFURT,
    "Frankfurt am Main, Germany": FRANKFURT,
    # A name alone
    "San Francisco Bay Area": (*BAY, None),
    "Bay Area": (*BAY, None),
    "Silicon Valley, CA": (*BAY, None),
    "NYC": NEW_YORK,
    "New York": NEW_YORK,
    "New York, US": NEW_YORK,
    "London": LONDON,
    "Londres": LONDON,
    "München": MUNICH,
    "Cambridge": ("GB", "GB-ENG", "cambridge", "Cambridge, United Kingdom"),
    "Palo Alto": (*BAY, "Palo Alto, CA"),
    "Greater Seattle Area": (*SEATTLE, "Seattle, WA"),
    "Minneapolis/St. Paul": ("US", "US-MN", "minneapolis_saint_paul", None),
    # Regions and countries
    "Texas": ("US", "US-TX", None, None),
    "TX": ("US", "US-TX", None, None),
    "CA, US": ("US", "US-CA", None, None),
    "LA, US": ("US", "US-LA", None, None),
    "Île-de-France": ("FR", "FR-IDF", None, None),
    "US": ("US", None, None, None),
    "Deutschland": ("DE", None, None, None),
    "Georgia": ("GE", None, None, None),
    "Luxembourg": ("LU", None, None, None),
    "Mexico": ("MX", None, None, None),
    # How, not where
    "Remote": (None, None, None, None),
    "Télétravail": (None, None, None, None),
    "Remote, US": ("US", None, None, None),
    "Remote, US, US": ("US", None, None, None),
    "Remote (Germany)": ("DE", None, None, None),
    "Remote in Canada": ("CA", None, None, None),
    "Hybrid - London": LONDON,
}

GIVEN_A_COUNTRY: dict[tuple[str, str], tuple[str | None, ...]] = {
    ("Georgia", "US"): ("US", "US-GA", None, None),
    ("Georgia", "GE"): ("GE", None, None, None),
    ("Cambridge", "US"): (*BOSTON, "Cambridge, MA"),
    ("CA", "US"): ("US", "US-CA", None, None),
    ("CA", "CA"): ("CA", None, None, None),
    ("Leipzig, DE", "DE"): ("DE", None, None, "Leipzig, Germany"),
    ("Haarlem, NL", "NL"): ("NL", "NL-NH", "amsterdam", "Haarlem, Netherlands"),
    ("Perth, WA", "AU"): ("AU", "AU-WA", None, "Perth, Australia"),
    ("Paris, France", "US"): PARIS,
    ("Remote", "US"): (None, None, None, None),
}

LEFT_OPEN = (
    "",
    ", ,",
    "Atlantis",
    "東京府",
    "Hybrid",
    "CA",
    "Washington",
    "Springfield",
    "Richmond",
    "Aurora",
    "Kent",
    "Port Washington",
    "Tbilisi, Georgia",
    "Lima, PE",
    "Foo, Bar",
    "London / Paris",
    "San Francisco, CA / New York, NY",
    "London, UK, US",
)


def four(place: Place | None) -> tuple[str | None, ...] | None:
    return (place.country, place.region, place.metro, place.locality) if place else None


def labels(entry: Entry) -> tuple[str, ...]:
    return (entry.en, entry.fr, *entry.aliases)


@pytest.mark.parametrize("text", READ)
def test_a_location_is_read_as_people_mean_it(text: str) -> None:
    found = find_place(text)
    assert four(found) == READ[text]
    assert found
    assert found.score == 1.0


@pytest.mark.parametrize(("text", "country"), GIVEN_A_COUNTRY)
def test_a_country_given_beside_the_text_settles_what_it_leaves_open(
    text: str, country: str
) -> None:
    assert four(find_place(text, country)) == GIVEN_A_COUNTRY[text, country]


@pytest.mark.parametrize("text", LEFT_OPEN)
def test_what_is_unknown_or_could_be_several_places_is_not_guessed(text: str) -> None:
    assert find_place(text) is None


@pytest.mark.parametrize(
    ("text", "country"),
    [("London", "CA"), ("Vancouver", "US"), ("Washington", "US"), ("Columbia", "US")],
)
def test_a_name_that_is_elsewhere_or_many_times_in_the_country_given_is_not_guessed(
    text: str, country: str
) -> None:
    assert find_place(text, country) is None


@pytest.mark.parametrize(
    ("text", "metro"),
    [
        ("Seatle", "seattle"),
        ("San Fransisco, CA", "san_francisco_bay_area"),
        ("Bangalor, KA, India", "bangalore"),
        ("Amsterdm, Netherlands", "amsterdam"),
    ],
)
def test_a_misspelt_metro_is_found_with_a_score_below_one(text: str, metro: str) -> None:
    found = find_place(text)
    assert found
    assert found.metro == metro
    assert MISSPELT_SCORE <= found.score < 1


@pytest.mark.parametrize("text", ["Charlestown", "Edinburg, TX", "Charlestown, IN"])
def test_a_town_much_like_a_metro_of_another_state_is_no_misspelling(text: str) -> None:
    found = find_place(text)
    assert found is None or found.metro is None


def test_the_nearest_metros_come_best_first_and_never_more_than_asked() -> None:
    assert nearest_places("Sanfranzisco")[0] == "san_francisco_bay_area"
    assert nearest_places("Lyonn, France", 2)[0] == "lyon"
    assert len(nearest_places("Manchster", 3)) <= 3
    assert nearest_places("") == nearest_places("東京府") == ()


def known_or_none(place: Place | None) -> bool:
    if place is None:
        return True
    ids = zip(("countries", "regions", "metros"), four(place) or (), strict=False)
    known = all(found is None or found in vocabulary(name) for name, found in ids)
    region_fits = place.region is None or place.region.startswith(f"{place.country}-")
    metro = place.metro and vocabulary("metros")[place.metro].attributes["country"]
    return known and region_fits and metro in (None, place.country) and 0 < place.score <= 1


@given(st.text(max_size=60), st.sampled_from([None, "US", "FR", "CA", "DE", "??"]))
def test_any_text_gives_known_ids_or_none(text: str, country: str | None) -> None:
    assert known_or_none(find_place(text, country))
    assert all(metro in vocabulary("metros") for metro in nearest_places(text))


NAMES = sorted(
    {label for name in ("countries", "regions", "metros") for e in vocabulary(name).values()
     for label in (e.id, *labels(e))} | set(LEFT_OPEN) | {"Remote", "Springfield", "Newark"}
)  # fmt: skip


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4),
    st.sampled_from([", ", " ", " / ", " - "]),
    st.sampled_from([None, "US", "GB", "CA"]),
)
def test_any_mix_of_names_gives_known_ids_or_none(
    parts: list[str], between: str, country: str | None
) -> None:
    assert known_or_none(find_place(between.join(parts), country))


@given(st.sampled_from([text for text in READ if not text.isupper()]))
def test_case_and_spaces_do_not_matter(text: str) -> None:
    shouted = find_place(f"  {text.upper()}  ")
    assert four(shouted) == READ[text]


@pytest.mark.parametrize("metro", METROS, ids=lambda metro: metro.id)
def test_every_name_and_every_town_of_a_metro_finds_it(metro: Entry) -> None:
    for label in labels(metro):
        found = find_place(label)
        assert found, label
        assert (found.metro, found.score) == (metro.id, 1.0), label
    country = metro.attributes["country"]
    for locality in metro.attributes["localities"]:
        found = find_place(f"{locality}, {vocabulary('countries')[country].fr}")
        assert found, locality
        assert (found.metro, found.score) == (metro.id, 1.0), locality
        assert found.locality, locality
        assert find_place(found.locality) == found, locality


@pytest.mark.parametrize("metro", METROS, ids=lambda metro: metro.id)
def test_a_metro_names_only_known_countries_regions_and_wage_areas(metro: Entry) -> None:
    country = metro.attributes["country"]
    assert country in vocabulary("countries")
    codes = {town.partition(", ")[2] for town in metro.attributes["localities"]} - {""}
    named = {f"{country}-{code}" for code in codes} | {metro.attributes.get("region")} - {None}
    assert named <= set(vocabulary("regions"))
    towns = {town.partition(", ")[0] for town in metro.attributes["localities"]}
    assert set(metro.attributes.get("well_known", ())) <= towns
    if country in NORTH_AMERICA:
        assert all(", " in town for town in metro.attributes["localities"])
    areas = metro.attributes.get("oews", [])
    assert (country == "US") == bool(areas)
    assert all(len(area) == 7 and area.isdigit() for area in areas)


def test_no_town_lies_in_two_metros_and_no_wage_area_either() -> None:
    towns = Counter(
        (metro.attributes["country"], locality)
        for metro in METROS
        for locality in metro.attributes["localities"]
    )
    areas = Counter(area for metro in METROS for area in metro.attributes.get("oews", []))
    assert not [town for town, times in (*towns.items(), *areas.items()) if times > 1]


@pytest.mark.parametrize("name", ["countries", "regions", "metros"])
def test_no_name_means_two_entries_of_one_vocabulary(name: str) -> None:
    meant: dict[str, set[str]] = {}
    for entry in vocabulary(name).values():
        for label in labels(entry):
            meant.setdefault(place_key(label), set()).add(entry.id)
    assert not {label: ids for label, ids in meant.items() if len(ids) > 1}
    assert "" not in meant


def test_every_country_is_found_by_its_names_and_has_a_currency() -> None:
    assert len(vocabulary("countries")) == 250
    for country in vocabulary("countries").values():
        assert len(country.attributes["currency"]) == 3
        for label in labels(country):
            found = find_place(label)
            assert found, label
            assert found.country == country.id, label


def test_a_region_belongs_to_the_country_of_its_code_and_is_found_there() -> None:
    states = [r for r in vocabulary("regions").values() if r.attributes["country"] == "US"]
    assert len(states) == 50 + 4  # the capital, Guam, Puerto Rico, the Virgin Islands
    for region in vocabulary("regions").values():
        country, _, code = region.id.partition("-")
        assert region.attributes["country"] == country
        names = gazetteer()
        for given_as in (*labels(region), code, *region.attributes.get("codes", ())):
            assert names.region_in(country, place_key(given_as)) == region.id, given_as


def real(name: str) -> pl.DataFrame:
    folder = os.environ.get("PAYLENS_REAL_DATA") or CHECKOUT.parent / "shared" / "real_data"
    path = Path(folder) / f"{name}.parquet"
    if not path.exists():
        missing = f"{path} is missing; set PAYLENS_REAL_DATA to the folder of the real tables"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    return pl.read_parquet(path)


def found_rows(texts: pl.Series) -> Iterator[tuple[str, Place | None, int]]:
    counted = texts.drop_nulls().value_counts(sort=True)
    for text, rows in counted.iter_rows():
        yield text, find_place(text), rows


def share_with_metro(found: list[tuple[str, Place | None, int]]) -> float:
    rows = sum(rows for _, _, rows in found)
    return sum(rows for _, place, rows in found if place and place.metro) / rows


@pytest.mark.real_data
def test_nearly_all_reported_places_have_a_metro() -> None:
    found = list(found_rows(real("levels_fyi")["location"]))
    home = [row for row in found if row[1] and row[1].country == "US"]
    abroad = [row for row in found if row[1] and row[1].country != "US"]
    assert share_with_metro(home) >= 0.95
    assert share_with_metro(abroad) >= 0.80
    assert sum(rows for _, place, rows in found if place is None) <= 5
    # Its people meant the state: a form completed "California" to a small town of that name.
    frequent = {text for text, place, rows in found if rows >= 8 and not (place and place.metro)}
    assert frequent == {"California City, CA"}


@pytest.mark.real_data
def test_most_advertised_towns_have_a_metro() -> None:
    towns = real("ai_job_ads_2026_01").filter(
        pl.col("addressLocality") != "Remote", pl.col("addressRegion") != "US"
    )
    texts = towns.select(
        pl.concat_str("addressLocality", "addressRegion", "addressCountry", separator=", ")
    ).to_series()
    assert share_with_metro(list(found_rows(texts))) >= 0.80


@pytest.mark.real_data
def test_every_country_code_and_wage_area_of_the_public_tables_is_known() -> None:
    salaries = real("aijobs_salaries_2025_06")
    codes = set(salaries["employee_residence"]) | set(salaries["company_location"])
    assert codes <= set(vocabulary("countries"))
    areas = set(real("oews_2025_tech").filter(pl.col("area_type") == "M")["area_code"])
    assert {area for metro in METROS for area in metro.attributes.get("oews", [])} <= areas
