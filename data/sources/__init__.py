"""The formats pay records come in, one module each; a new source is one file and its test."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from data.errors import SourceError
from data.sources.source import Source

__all__ = ["Source", "source_named", "sources"]


@cache
def sources() -> dict[str, Source]:
    """Return every source by its name, found as the ``SOURCE`` of a module of this folder."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    found = (getattr(module, "SOURCE", None) for module in modules)
    return {source.name: source for source in found if isinstance(source, Source)}


def source_named(name: str) -> Source:
    """Return the source called ``name``, or having it among its other names.

    Raises:
        SourceError: No source is called so; the message lists those there are.
    """
    for source in sources().values():
        if name == source.name or name in source.other_names:
            return source
    raise SourceError(f"no source is called {name!r}; there are {', '.join(sorted(sources()))}")
