from pathlib import Path

import pytest

from tests.bench.page import SECTIONS, write_section
from tests.conftest import CHECKOUT


def test_a_section_is_written_anew_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    write_section("Serving", "served fast", page)
    write_section("Scoring", "scored once\n\n| a | b |", page)
    write_section("Scoring", "scored twice", page)
    text = page.read_text(encoding="utf-8")
    assert "served fast" in text
    assert "scored twice" in text
    assert "once" not in text


def test_sections_stand_in_the_order_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    for name in reversed(SECTIONS):
        write_section(name, f"of {name}", page)
    text = page.read_text(encoding="utf-8")
    places = [text.index(f"## {name}\n\nof {name}\n") for name in SECTIONS]
    assert places == sorted(places)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_names_the_command_that_writes_each_section(section: str) -> None:
    command = f"bench-{section.lower()}"
    page = (CHECKOUT / "docs" / "performance.md").read_text(encoding="utf-8")
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    assert f"`make {command}`" in page
    assert f"-m tests.bench.{section.lower()} " in makefile.partition(f"\n{command}: ")[2]
