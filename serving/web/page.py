"""The page in one language: its templates, and the headers it is sent with."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from serving.api.answer import ModelTold
from serving.web.answer import Answer
from serving.web.choices import menus, suggestions
from serving.web.fields import Refusal, texts_of
from serving.web.language import LANGUAGES, Language
from serving.web.words import label

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
}
"""Nothing from elsewhere, nothing kept, nothing told to other sites."""


class Page:
    """The page in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        templates = Environment(
            loader=PackageLoader("serving.web"),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        templates.install_gettext_translations(  # type: ignore[attr-defined]
            language.translations, newstyle=True
        )
        for written in (
            "money",
            "short_money",
            "number",
            "rate",
            "share",
            "change",
            "day",
            "ordinal",
        ):
            templates.filters[written] = getattr(language, written)
        self._template = templates.get_template("page.html")
        self._suggestions = suggestions(language)

    def show(
        self,
        told: ModelTold,
        synthetic: bool,
        texts: Mapping[str, str] | None = None,
        outcome: Answer | Refusal | None = None,
    ) -> HTMLResponse:
        """Return the page.

        Args:
            told: The model in service.
            synthetic: Whether it learned from invented people.
            texts: What was typed; None for the empty form.
            outcome: What came of it.
        """
        refusal = outcome if isinstance(outcome, Refusal) else None
        roles = refusal.roles if refusal else ()
        return self._send(
            422 if refusal else 200,
            told=told,
            synthetic=synthetic,
            filled=texts is not None,
            texts=texts or texts_of({}, self.language),
            refusal=refusal,
            answer=outcome if isinstance(outcome, Answer) else None,
            roles=[(role, label("role", role, self.language)) for role in roles],
            menus=menus(self.language, datetime.now(UTC).date()),
            suggestions=self._suggestions,
        )

    def show_closed(self) -> HTMLResponse:
        """Return the page that says that no model is in service."""
        return self._without_form(503, {})

    def show_too_often(self, seconds: int) -> HTMLResponse:
        """Return the page that asks somebody to come back in ``seconds``."""
        return self._without_form(429, {"Retry-After": str(seconds)}, wait=seconds)

    def _without_form(
        self, status: int, headers: Mapping[str, str], wait: int | None = None
    ) -> HTMLResponse:
        page = self._send(
            status, told=None, synthetic=False, filled=False, refusal=None, answer=None, wait=wait
        )
        page.headers.update(headers)
        return page

    def _send(self, status: int, **shown: object) -> HTMLResponse:
        code = self.language.code
        content = self._template.render(language=code, languages=LANGUAGES, **shown)
        return HTMLResponse(content, status, {**HEADERS, "Content-Language": code})


@cache
def page_in(code: str) -> Page:
    """Return the page in the language ``code``, made once."""
    return Page(Language(code))
