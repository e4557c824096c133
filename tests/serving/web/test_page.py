import re
from pathlib import Path

import pytest

from serving import web
from serving.web.language import LANGUAGES, Language
from serving.web.page import Page
from tests.serving.web.fake import TOLD
from tests.serving.web.reading import read

FOLDER = Path(web.__file__).parent
STYLES = (FOLDER / "static" / "form.css").read_text(encoding="utf-8")


def test_the_styles_are_small_and_load_nothing() -> None:
    assert len(STYLES.encode()) < 12_000
    assert "url(" not in STYLES
    assert "@import" not in STYLES


def test_every_file_that_the_page_names_is_there() -> None:
    page = bytes(Page(Language("en")).show(TOLD, synthetic=False).body).decode()
    named = re.findall(r'href="(static/[^"]+)"', page)
    assert named
    assert [name for name in named if not (FOLDER / name).is_file()] == []


def test_every_class_of_the_templates_has_a_style() -> None:
    html = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("templates/*.html"))
    used = {c for each in re.findall(r'class="([\w -]+)"', html) for c in each.split()}
    assert {name for name in used if f".{name}" not in STYLES} == set()


@pytest.mark.parametrize("code", LANGUAGES)
def test_labels_and_hints_belong_to_fields_that_exist(code: str) -> None:
    page = read(bytes(Page(Language(code)).show(TOLD, synthetic=True).body).decode())
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    named = {
        name
        for _, given in page.tags
        for attribute in ("for", "aria-describedby", "aria-labelledby", "list")
        for name in given.get(attribute, "").split()
    }
    assert named <= set(ids)


def test_the_model_is_told_in_the_foot_of_the_page() -> None:
    text = read(bytes(Page(Language("fr")).show(TOLD, synthetic=False).body).decode()).text
    assert "Modèle 3, entraîné le 23 novembre 2026." in text
    assert "levels_fyi 50,087 records" in text
