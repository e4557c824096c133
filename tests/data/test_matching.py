from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.matching import CUTOFF, Match, Matcher, matcher, normalise, read_title
from data.vocabulary import Vocabulary, read_entry, vocabulary

TITLES = [
    # software, data, infrastructure
    ("Software Engineer", "software_engineer", None, "individual"),
    ("Principal Software Engineer, Ads ML Infra", "software_engineer", "principal", "individual"),
    ("Sr. Software Engineer II (R4353) - Remote", "software_engineer", "senior", "individual"),
    ("SDE II, Payments", "software_engineer", "mid", "individual"),
    ("Member of Technical Staff", "software_engineer", None, "individual"),
    ("Senior Member of Technical Staff", "software_engineer", "senior", "individual"),
    ("Member of Technical Staff - Data Engineer", "data_engineer", None, "individual"),
    ("Technical Lead", "software_engineer", "lead", None),
    ("Developer, back-end", "backend_engineer", None, "individual"),
    ("Software Engineer, Backend", "backend_engineer", None, "individual"),
    ("Full-Stack Developer (React/Node.js)", "full_stack_engineer", None, "individual"),
    ("Lead iOS Engineer", "mobile_engineer", "lead", None),
    ("Staff Embedded Software Engineer", "embedded_engineer", "staff", "individual"),
    ("Software Development Engineer in Test II", "qa_engineer", "mid", "individual"),
    ("Senior C++ Developer", "software_engineer", "senior", "individual"),
    ("Engineer, data", "data_engineer", None, "individual"),
    ("AWS Cloud Data Engineer III", "data_engineer", "senior", "individual"),
    ("Data Analyst Intern - Summer 2027", "data_analyst", "intern", "individual"),
    ("Intern, Data Science", "data_scientist", "intern", "individual"),
    ("Graduate Data Scientist", "data_scientist", "junior", "individual"),
    ("Data Scientist, Vice President", "data_scientist", "lead", None),
    ("Entry Level Business Analyst", "business_analyst", "junior", "individual"),
    ("BI Developer", "business_intelligence_analyst", None, "individual"),
    ("Site Reliability Engineer IV", "site_reliability_engineer", "staff", "individual"),
    ("Sr DevOps Eng", "devops_engineer", "senior", "individual"),
    ("Distinguished Engineer", "engineer", "distinguished", "individual"),
    ("Chief Architect", "solutions_architect", "principal", "individual"),
    # artificial intelligence
    ("Senior ML Engineer", "machine_learning_engineer", "senior", "individual"),
    ("Software Engineer III, AI/ML", "machine_learning_engineer", "senior", "individual"),
    ("Machine Learning Platform Engineer", "mlops_engineer", None, "individual"),
    ("GenAI Engineer", "ai_engineer", None, "individual"),
    ("Agentic AI Engineer - 7701234", "ai_agent_developer", None, "individual"),
    ("Research Scientist, Pretraining", "llm_pretraining_researcher", None, "individual"),
    ("AI Safety Researcher", "alignment_researcher", None, "individual"),
    ("Applied Scientist II", "applied_scientist", "mid", "individual"),
    ("Postdoctoral Research Fellow", "academic_researcher", None, "individual"),
    ("Senior Fellow, Machine Learning", "machine_learning_engineer", "distinguished", "individual"),
    # management
    ("Software Engineering Manager", "engineering_manager", "manager", "manager"),
    ("Senior Engineering Manager, Search", "engineering_manager", "senior_manager", "manager"),
    ("Senior Manager, Software Engineering", "engineering_manager", "senior_manager", "manager"),
    ("Director of Data Science", "data_science_manager", "director", "manager"),
    ("Associate Director, Data Science", "data_science_manager", "senior_manager", "manager"),
    ("Head of AI", "machine_learning_manager", "director", "manager"),
    ("Sr. Director - AI Engineering", "machine_learning_manager", "senior_director", "manager"),
    ("VP of Engineering", "engineering_manager", "vice_president", "manager"),
    ("CTO", "chief_technology_officer", "c_level", "manager"),
    ("Co-Founder & CEO", "chief_executive", "c_level", "manager"),
    ("Chief Data Officer", "data_manager", "c_level", "manager"),
    ("Head of Product", "product_manager", "director", "manager"),
    ("Manager", "manager", "manager", "manager"),
    # a manager's words that are no rank
    ("Product Manager", "product_manager", None, "individual"),
    ("Principal Product Manager - Technical", "product_manager", "principal", "individual"),
    ("Senior Product Manager, AI", "ai_product_manager", "senior", "individual"),
    ("Staff Technical Program Manager", "technical_program_manager", "staff", "individual"),
    ("Chief of Staff", "chief_of_staff", None, "individual"),
    ("Chief of Staff to the CEO", "chief_of_staff", None, "individual"),
    ("Executive Assistant, SVP Sales", "administrative_assistant", None, "individual"),
    ("Art Director", "graphic_designer", None, "individual"),
    ("Staff Accountant", "accountant", None, "individual"),
    ("Research Associate", "research_assistant", None, "individual"),
    ("Lead Generation Specialist", "sales_development_representative", None, "individual"),
    # sales and the rest
    ("Account Executive", "enterprise_software_sales", None, "individual"),
    ("AI Sales Specialist", "ai_sales", None, "individual"),
    ("Regional Vice President, Enterprise Sales", "sales_executive", "vice_president", "manager"),
    ("SVP, Global Sales", "sales_executive", "senior_vice_president", "manager"),
    ("Chief Revenue Officer (CRO)", "sales_executive", "c_level", "manager"),
    ("AVP, Sales", "sales_executive", "director", "manager"),
    ("Sr. Customer Success Manager", "customer_success_manager", "senior", "individual"),
    ("Director of Marketing", "marketing_manager", "director", "manager"),
    ("HR Business Partner", "human_resources", None, "individual"),
    # French
    ("Ingénieur logiciel", "software_engineer", None, "individual"),
    ("Ingénieur(e) logiciel sénior (H/F)", "software_engineer", "senior", "individual"),
    ("Développeur·se front-end confirmé·e", "frontend_engineer", "mid", "individual"),
    ("Développeur full stack", "full_stack_engineer", None, "individual"),
    ("Scientifique des données", "data_scientist", None, "individual"),
    ("Stagiaire data scientist", "data_scientist", "intern", "individual"),
    ("Directrice de la science des données", "data_science_manager", "director", "manager"),
    ("Chef de projet IA", "project_manager", None, "individual"),
    ("Responsable de la cybersécurité", "security_manager", "manager", "manager"),
    ("Directeur commercial", "sales_executive", "director", "manager"),
    ("Chercheuse en intelligence artificielle", "ai_research_scientist", None, "individual"),
    # misspelt
    ("Data Scienist", "data_scientist", None, "individual"),
    ("Senior Sofware Enginer", "software_engineer", "senior", "individual"),
]

UNKNOWN = [
    *("astronaut", "plumber", "asdf", "chef de cuisine", "baker", "restaurant manager", "nurse"),
    *("truck driver", "security guard", "property developer", "landscape architect", "", "   "),
    *("sound engineer", "stage manager", "boulanger", "lead singer", "12345", "(…)", "💥"),
]

HEAP = (
    "senior",
    "lead",
    "vp",
    "of",
    "data",
    "engineer",
    "chief",
    "officer",
    "manager",
    "ii",
    ",",
    "(",
)

roles = st.sampled_from(sorted(vocabulary("roles")))


@pytest.mark.parametrize(("title", "role", "seniority", "track"), TITLES)
def test_a_title_says_its_role_seniority_and_track(
    title: str, role: str, seniority: str | None, track: str | None
) -> None:
    read = read_title(title)
    assert read.role is not None
    assert (read.role.id, read.seniority, read.track) == (role, seniority, track)


@pytest.mark.parametrize("title", UNKNOWN)
def test_a_title_outside_the_vocabulary_has_no_role(title: str) -> None:
    assert read_title(title).role is None


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("table", "column", "least"),
    [
        ("levels_fyi", "title", 1.0),
        ("aijobs_salaries_2025_06", "job_title", 0.99),
        ("ai_job_ads_2026_01", "title", 0.96),
        ("exec_sales_ads_2026", "title", 0.99),
    ],
)
def test_the_titles_of_real_tables_are_recognised(
    real_data: Path, table: str, column: str, least: float
) -> None:
    titles = pl.read_parquet(real_data / f"{table}.parquet", columns=[column])[column]
    unread = [title for title in titles.to_list() if read_title(title or "").role is None]
    assert 1 - len(unread) / titles.len() >= least, sorted(set(unread))[:20]


def test_the_score_tells_a_name_from_a_guess() -> None:
    scores = [
        read_title(title).role
        for title in ("Senior data engineer", "Payments data engineer", "Data scienist", "Engineer")
    ]
    assert [round(match.score, 2) for match in scores if match] == [1.0, 0.95, 0.89, 0.6]


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("Sr. ML Engineer II, Ads (R4353)", "machine learning engineer ads"),
        ("Director of Data Science", "data science"),
        ("Senior Product Manager", "product manager"),
        ("Data Engineer, Intern 2027", "data engineer"),
        ("M365 engineer", "m365 engineer"),
    ],
)
def test_the_rest_is_the_title_without_seniority_and_numbers(title: str, rest: str) -> None:
    assert read_title(title).rest == rest


def test_seniority_is_read_where_the_role_is_unknown() -> None:
    read = read_title("Senior astronaut")
    assert (read.role, read.seniority, read.track, read.rest) == (
        None,
        "senior",
        "individual",
        "astronaut",
    )


@given(st.text())
def test_any_text_can_be_read_as_a_title(text: str) -> None:
    read = read_title(text)
    assert read.role is None or read.role.id in vocabulary("roles")
    assert read.seniority is None or read.seniority in vocabulary("seniorities")
    assert read.track in {"individual", "manager", None}


@given(st.lists(st.sampled_from(HEAP)).map(" ".join))
def test_any_heap_of_title_words_can_be_read(heap: str) -> None:
    rest = read_title(heap).rest
    assert rest == normalise(rest)


@given(roles, st.sampled_from(["Senior", "Staff", "Principal"]))
def test_case_accents_and_punctuation_of_a_title_do_not_matter(role: str, rank: str) -> None:
    label = vocabulary("roles")[role].en
    plain = read_title(f"{rank} {label}")
    assert read_title(f"  {rank.upper()}   {label.upper()}!") == plain
    assert read_title(f"{rank} {label}".replace("e", "é")) == plain


@pytest.mark.parametrize("key", vocabulary("roles"))
def test_every_name_of_a_role_is_read_as_that_role(key: str) -> None:
    entry = vocabulary("roles")[key]
    for name in (entry.en, entry.fr, *entry.aliases):
        read = read_title(name).role
        assert read is not None, name
        assert read.id == key, name


def test_a_very_long_title_is_read_from_its_start() -> None:
    read = read_title("Data engineer, " + "and so on " * 10_000)
    assert read.role == Match("data_engineer", 1.0)


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("  C++ / C# & .NET, Node.js; F# ", "c++ c# .net node.js f#"),
        ("Sr. Ingénieur·e ŒUVRE", "sr ingenieur e oeuvre"),
        ("CI/CD-Pipelines (R&D)", "ci cd pipelines r d"),
        ("ＡＩ ﬁrm Straße", "ai firm strasse"),
        ("+ # . … 💥", ""),
    ],
)
def test_normalising_keeps_words_and_the_signs_of_names(text: str, normalised: str) -> None:
    assert normalise(text) == normalised


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize("name", ["roles", "seniorities"])
def test_every_name_of_an_entry_matches_it_fully(name: str) -> None:
    for key, entry in vocabulary(name).items():
        for text in (key, entry.en, entry.fr, *entry.aliases):
            assert matcher(name).match(text) == Match(key, 1.0), text


def test_the_order_of_words_does_not_matter_to_a_matcher() -> None:
    assert matcher("roles").match("engineer, machine learning") == Match(
        "machine_learning_engineer", 1.0
    )


def test_a_name_with_an_abbreviation_in_brackets_matches() -> None:
    assert matcher("roles").match("Very Own Words (TPM)") == Match("technical_program_manager", 1.0)


@pytest.mark.parametrize(
    "text", ["air engineer", "pax analyst", "bata analyst", "", "engineerings"]
)
def test_a_short_or_distant_word_is_never_repaired(text: str) -> None:
    assert matcher("roles").match(text) is None


def test_a_misspelt_name_scores_at_least_the_cutoff() -> None:
    match = matcher("roles").match("prodcut desginer")
    assert match is not None
    assert match.id == "product_designer"
    assert CUTOFF**2 <= match.score < 1


@given(st.text())
def test_any_text_can_be_matched_and_searched(text: str) -> None:
    found = matcher("seniorities").match(text)
    assert found is None or 0 < found.score <= 1
    assert len(matcher("seniorities").search(text, 3)) <= 3


def test_the_nearest_entries_are_distinct_and_best_first() -> None:
    nearest = matcher("roles").nearest("data sience wizard", 4)
    assert len({match.id for match in nearest}) == 4
    assert nearest[0].id == "data_scientist"
    assert [m.score for m in nearest] == sorted((m.score for m in nearest), reverse=True)


def test_searching_prefers_names_that_start_with_the_query() -> None:
    found = [match.id for match in matcher("roles").search("machine l", 3)]
    assert found[0] == "machine_learning_engineer"
    assert len(found) == 3
    assert matcher("roles").search("ingenieur logi", 1)[0].id == "software_engineer"


def test_an_empty_query_gives_the_first_entries_and_a_strange_one_the_nearest() -> None:
    first = tuple(vocabulary("roles"))[:2]
    assert tuple(match.id for match in matcher("roles").search(" ", 2)) == first
    assert len(matcher("roles").search("zzzz", 2)) == 2


def test_an_order_of_words_that_two_entries_share_matches_neither() -> None:
    def entry(key: str, label: str) -> tuple[str, object]:
        return key, {"en": label, "fr": label}

    tables = dict([entry("a", "sales account"), entry("b", "account sales")])
    entries = {key: read_entry("industries", key, table) for key, table in tables.items()}
    small = Matcher(Vocabulary("industries", entries))
    assert small.match("account sales") == Match("b", 1.0)
    assert small.match("sales account") == Match("a", 1.0)
    assert small.match("accountsales") == Match("b", 1 - 1 / len("account sales"))
