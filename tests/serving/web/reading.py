"""A page read the way a person reads it: its words, and what stands in its fields."""

import re
from html.parser import HTMLParser

UNREAD = frozenset({"style", "script", "datalist", "option", "title", "desc"})
INLINE = frozenset({"a", "span", "strong", "q"})
NEVER_CLOSED = frozenset({"input", "meta", "link", "option"})


class Reader(HTMLParser):
    """Collects the visible words of a page, its attributes and the values of its fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.attributes: set[str] = set()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._unread = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        self.attributes |= given.keys()
        self._unread += tag in UNREAD - NEVER_CLOSED

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in UNREAD - NEVER_CLOSED
        if tag not in INLINE:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def field(self, name: str) -> dict[str, str]:
        """Return the attributes of the visible field ``name``."""
        return next(a for tag, a in self.tags if a.get("id") == name)

    def chosen(self, value: str) -> bool:
        """Return whether an option with this value is selected."""
        return ("option", {"value": value, "selected": ""}) in self.tags


def read(html: str) -> Reader:
    """Return the page ``html`` read."""
    return Reader(html)
