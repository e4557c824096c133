"""The address of a server, to be told to anyone."""

HIDDEN = "…"


def shown(url: str) -> str:
    """Return ``url`` without the name and password it may hold, and without its query.

    Where nobody can say what is a password and what a query, only the kind of server is told.

    >>> shown("postgresql://mlflow:se/cr@t@db:5432/mlflow?sslmode=require")
    'postgresql://…@db:5432/mlflow'
    >>> shown("postgresql://mlflow:why?@db/mlflow")
    'postgresql://…'
    """
    kind, found, rest = url.partition("://")
    if not found:
        kind, rest = "", url
    # A parser of addresses takes the first @ for the end of the password, and tells what follows.
    before, named, place = rest.rpartition("@")
    if "?" in before or "#" in before:
        return f"{kind}{found}{HIDDEN}"
    place = place.partition("?")[0].partition("#")[0]
    return f"{kind}{found}{HIDDEN}@{place}" if named else f"{kind}{found}{place}"
