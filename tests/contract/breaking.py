"""What in a new OpenAPI document would break a program written for the old one.

A request that was taken must still be taken, and what an answer was promised to hold must still be
there. ``docs/api.md`` says it for users.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
METHODS = ("get", "put", "post", "delete", "patch")
UPPER, LOWER = ("maximum", "maxLength", "maxItems"), ("minimum", "minLength", "minItems")


def breaks(old: Document, new: Document) -> list[str]:
    """Return each break, in order; an empty list for a document that breaks nobody."""
    return sorted(set(Comparison(old, new).breaks()))


class Comparison:
    """Two documents side by side; references are followed in each by itself."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str, bool]] = set()

    def breaks(self) -> Iterator[str]:
        """Yield what breaks in any route."""
        for path, operations in self._old["paths"].items():
            for method in METHODS:
                if method not in operations:
                    continue
                name = f"{method.upper()} {path}"
                now = self._new["paths"].get(path, {}).get(method)
                if now is None:
                    yield f"{name}: the route is gone"
                else:
                    # What was met in another route was told there under its name.
                    self._seen.clear()
                    yield from self._parameters(name, operations[method], now)
                    yield from self._body(name, operations[method], now)
                    yield from self._responses(name, operations[method], now)

    def _parameters(self, name: str, old: Document, new: Document) -> Iterator[str]:
        before, after = (
            {(each["in"], each["name"]): each for each in operation.get("parameters", [])}
            for operation in (old, new)
        )
        for key, each in before.items():
            place = f"{name}: {key[0]} parameter {key[1]}"
            if key not in after:
                yield f"{place} is gone"
                continue
            if after[key].get("required") and not each.get("required"):
                yield f"{place} is needed now"
            yield from self._narrowed(place, each["schema"], after[key]["schema"])
        for key in sorted(after.keys() - before.keys()):
            if after[key].get("required"):
                yield f"{name}: {key[0]} parameter {key[1]} is new and needed"

    def _body(self, name: str, old: Document, new: Document) -> Iterator[str]:
        before, after = old.get("requestBody"), new.get("requestBody")
        if after is None:
            if before is not None:
                yield f"{name}: the request body is gone"
            return
        if after.get("required") and not (before or {}).get("required"):
            yield f"{name}: a request body is needed now"
        for kind, each in (before or {"content": {}})["content"].items():
            if kind not in after["content"]:
                yield f"{name}: a request of {kind} is no longer taken"
            else:
                yield from self._narrowed(
                    f"{name}: request", each["schema"], after["content"][kind]["schema"]
                )

    def _responses(self, name: str, old: Document, new: Document) -> Iterator[str]:
        for status, before in old["responses"].items():
            after = new["responses"].get(status)
            if after is None:
                if status.startswith("2"):
                    yield f"{name}: the answer {status} is gone"
                continue
            for kind, each in before.get("content", {}).items():
                if kind not in after.get("content", {}):
                    yield f"{name}: the answer {status} no longer comes as {kind}"
                else:
                    yield from self._lost(
                        f"{name}: answer {status}",
                        each.get("schema", {}),
                        after["content"][kind].get("schema", {}),
                    )
            for header in sorted(
                before.get("headers", {}).keys() - after.get("headers", {}).keys()
            ):
                yield f"{name}: the answer {status} has no header {header} any more"

    # A request: what was valid must stay valid.

    def _narrowed(self, place: str, old: Document, new: Document) -> Iterator[str]:
        if self._met(old, new, asked=True):
            return
        old, new = follow(self._old, old), follow(self._new, new)
        gone = kinds(old) - kinds(new) if kinds(new) else set()
        if gone or (kinds(new) and not kinds(old)):
            yield f"{place} no longer takes {', '.join(sorted(gone)) or 'anything'}"
        yield from narrowed_values(place, old, new)
        yield from self._inside(place, old, new, asked=True)
        for field in sorted(needed(new) - needed(old)):
            yield f"{place}.{field} is needed now"
        if new.get("additionalProperties") is False:
            for field in sorted(fields(old).keys() - fields(new).keys()):
                yield f"{place}.{field} is no longer taken"
            if old.get("additionalProperties", True) is not False and fields(old):
                yield f"{place} no longer takes other fields"

    # An answer: what was promised must still come.

    def _lost(self, place: str, old: Document, new: Document) -> Iterator[str]:
        if self._met(old, new, asked=False):
            return
        old, new = follow(self._old, old), follow(self._new, new)
        more = kinds(new) - kinds(old) if kinds(old) else set()
        if more or (kinds(old) and not kinds(new)):
            yield f"{place} may be {', '.join(sorted(more)) or 'anything'} now"
        if "enum" in old and set(values(new)) - set(values(old)):
            more = set(map(str, values(new))) - set(map(str, values(old)))
            yield f"{place} may be {', '.join(sorted(more))} now"
        for field in sorted(fields(old).keys() - fields(new).keys()):
            yield f"{place}.{field} is gone"
        for field in sorted((needed(old) - needed(new)) & fields(new).keys()):
            yield f"{place}.{field} may be missing now"
        yield from self._inside(place, old, new, asked=False)

    def _inside(self, place: str, old: Document, new: Document, *, asked: bool) -> Iterator[str]:
        compare = self._narrowed if asked else self._lost
        for field in sorted(fields(old).keys() & fields(new).keys()):
            yield from compare(f"{place}.{field}", fields(old)[field], fields(new)[field])
        for inner in ("items", "additionalProperties"):
            if isinstance(old.get(inner), Mapping) and isinstance(new.get(inner), Mapping):
                yield from compare(f"{place}[]", old[inner], new[inner])
        # Two that may be either of several things are compared by what each is called or is.
        before, after = (
            {label(document, each): each for each in choices(schema)}
            for document, schema in ((self._old, old), (self._new, new))
        )
        for each in sorted(before.keys() & after.keys()):
            yield from compare(place, before[each], after[each])

    def _met(self, old: Document, new: Document, *, asked: bool) -> bool:
        """Return whether two named schemas were compared before: some hold themselves."""
        if "$ref" not in old or "$ref" not in new:
            return False
        pair = (old["$ref"], new["$ref"], asked)
        met = pair in self._seen
        self._seen.add(pair)
        return met


def follow(document: Document, schema: Document) -> Document:
    """Return what ``schema`` refers to in ``document``; itself where it refers to nothing."""
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def choices(schema: Document) -> list[Document]:
    """Return the schemas of which a value need fulfil one."""
    either = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
    # An anyOf of nothing but needed fields says which of them come together, and is no choice.
    return [each for each in either if set(each) != {"required"}]


def label(document: Document, schema: Document) -> str:
    """Return the name of a choice, the same in both documents."""
    return str(schema.get("$ref") or follow(document, schema).get("type", "anything"))


def kinds(schema: Document) -> set[str]:
    """Return the JSON types a value may have; empty for any. An integer is a number too."""
    told = schema.get("type")
    found = set([told] if isinstance(told, str) else told or [])
    for each in choices(schema):
        # A named schema is one of our objects; what it may be is compared by itself.
        found |= {"object"} if "$ref" in each else kinds(each) or {"anything"}
    if "const" in schema and not found:
        found = {"constant"}
    if "anything" in found:
        return set()
    return found | ({"integer"} if "number" in found else set())


def values(schema: Document) -> list[Any]:
    """Return the only values that are valid; empty where many are."""
    return [schema["const"]] if "const" in schema else list(schema.get("enum", []))


def fields(schema: Document) -> Mapping[str, Any]:
    """Return the named fields of an object."""
    told: Mapping[str, Any] = schema.get("properties", {})
    return told


def needed(schema: Document) -> set[str]:
    """Return the fields that an object must have."""
    return set(schema.get("required", []))


def narrowed_values(place: str, old: Document, new: Document) -> Iterator[str]:
    """Yield which values of a request were valid in ``old`` and are not in ``new``."""
    if values(new):
        gone = set(map(str, values(old))) - set(map(str, values(new)))
        if gone or not values(old):
            yield f"{place} no longer takes {', '.join(sorted(gone)) or 'other values'}"
    for bound in UPPER:
        if bound in new and new[bound] < old.get(bound, float("inf")):
            yield f"{place}: {bound} is {new[bound]} now"
    for bound in LOWER:
        if bound in new and new[bound] > old.get(bound, float("-inf")):
            yield f"{place}: {bound} is {new[bound]} now"
    for rule in ("pattern", "format"):
        if rule in new and new[rule] != old.get(rule):
            yield f"{place}: another {rule}, {new[rule]}"
