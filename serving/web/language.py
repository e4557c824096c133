"""English and French: the strings, the way numbers are written, and who gets which.

Strings are English in the code and the templates; ``locales/fr.po`` translates them. It is read as
it stands when the service starts, so there is no compiled catalogue to forget.
"""

import re
from datetime import date
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.core import negotiate_locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import (
    format_compact_currency,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_name,
)

LANGUAGES = ("en", "fr")
"""The first is spoken to whoever asks for none of these."""

LOCALES = Path(__file__).parent / "locales"

ORDINALS = {
    "en": {"one": "st", "two": "nd", "few": "rd", "other": "th"},
    "fr": {"one": "er", "other": "e"},
}
"""What follows a number to make it an ordinal, by the plural category of the ordinal."""

_ACCEPTED = re.compile(r"([A-Za-z-]+|\*)\s*(?:;\s*q=([01](?:\.\d*)?))?\s*(?:,|$)")


class Language:
    """One language: translates the strings and writes numbers, money and days its way."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.translations = translations(code)
        self.gettext = self.translations.gettext
        self.ngettext = self.translations.ngettext
        self._locale = Locale(code)
        # Pay is told in whole units, whatever digits a currency has.
        money = self._locale.currency_formats["standard"].pattern
        self._money = money.replace("0.00", "0")
        self._share = self._locale.percent_formats[None].pattern

    def money(self, amount: float, currency: str) -> str:
        """Return ``amount`` in whole units: "$412,000" or "412 000 $US"."""
        return format_currency(
            round(amount), currency, self._money, self._locale, currency_digits=False
        )

    def short_money(self, amount: float, currency: str) -> str:
        """Return ``amount`` in thousands or millions, for an axis: "$400K"."""
        return format_compact_currency(amount, currency, locale=self._locale, fraction_digits=1)

    def number(self, value: float) -> str:
        """Return ``value`` with at most three decimals: "1,480" or "1 480"."""
        return format_decimal(value, locale=self._locale)

    def rate(self, rate: float) -> str:
        """Return an exchange rate with four decimals, or six if it is small: "1.0812"."""
        pattern = "#,##0.0000" if rate >= 0.1 else "#,##0.000000"
        return format_decimal(rate, pattern, self._locale)

    def share(self, share: float) -> str:
        """Return ``share`` (0 to 1) as a percentage with at most one decimal: "80.3%"."""
        return format_percent(share, self._share.replace("0", "0.#"), self._locale)

    def change(self, factor: float) -> str:
        """Return what multiplying by ``factor`` adds, as a signed percentage: "+18%"."""
        pattern = f"+{self._share};−{self._share}"
        # A change that rounds to nothing has no sign; as a float it may be -0.0.
        change = round(factor - 1, 2)
        return format_percent(change or 0, pattern if change else self._share, self._locale)

    def day(self, day: date) -> str:
        """Return ``day`` in words: "March 5, 2026" or "5 mars 2026"."""
        return format_date(day, "long", self._locale)

    def ordinal(self, number: int) -> str:
        """Return ``number`` as an ordinal: "62nd" or "62e"."""
        endings = ORDINALS[self.code]
        return f"{number}{endings.get(self._locale.ordinal_form(number), endings['other'])}"

    def currency(self, code: str) -> str:
        """Return a currency's name: "US Dollar" or "dollar des États-Unis"."""
        return get_currency_name(code, locale=self._locale)


def translations(code: str) -> NullTranslations:
    """Return the strings of the language ``code``; those of English stand in the code."""
    if code == LANGUAGES[0]:
        return NullTranslations()
    with (LOCALES / f"{code}.po").open("rb") as file:
        catalog = read_po(file, locale=code, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def choose_language(asked: str, accepted: str) -> str:
    """Return the code of the language to answer in.

    Args:
        asked: The code asked for by name; it wins if it is one of ``LANGUAGES``.
        accepted: The browser's Accept-Language header.

    >>> choose_language("", "de;q=0.9, fr-CA;q=0.8, en;q=0.5")
    'fr'
    >>> choose_language("en", "fr")
    'en'
    """
    if asked in LANGUAGES:
        return asked
    wanted = [(float(quality or 1), tag) for tag, quality in _ACCEPTED.findall(accepted)]
    tags = [tag for quality, tag in sorted(wanted, key=lambda each: -each[0]) if quality > 0]
    return negotiate_locale(tags, LANGUAGES, sep="-") or LANGUAGES[0]
