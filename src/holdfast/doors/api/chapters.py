"""The OpenAPI document as pages: a chapter for each room, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from holdfast.doors.api.description import Json, form_of, openapi
from holdfast.doors.api.glossary import TAGS
from holdfast.foundation.accounts.rules import PERMISSION_NAMES

SHAPES = "#/components/schemas/"
METHODS = ("GET", "POST", "PATCH", "DELETE")
# In which order a chapter tells of its things; others follow by name.
THINGS = (
    "me", "customers", "contacts", "needs", "addresses", "relations", "consents", "duplicates", "merges", "standings",
    "standing-changes", "tasks", "interactions", "entries",
    "products", "orders", "invoices", "payments", "promises",
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """A parameter or a field; `shape` is the shape that its type names, if one."""

    name: str
    kind: str
    meaning: str
    shape: str = ""
    is_required: bool = False
    where: str = ""


@dataclass(frozen=True)
class Shape:
    name: str
    about: str
    fields: list[Named]


@dataclass(frozen=True)
class Operation:
    """One operation, ready to be shown and tried."""

    name: str
    method: str
    path: str
    title: str
    about: str
    words: list[str]
    params: list[Named]
    body: str = ""
    example: str = ""
    gives: str = ""
    is_list: bool = False
    statuses: list[str] = field(default_factory=list)
    form: list[Named] = field(default_factory=list)

    @property
    def is_writing(self) -> bool:
        return self.method != "GET"

    @property
    def path_params(self) -> list[Named]:
        return [param for param in self.params if param.where == "path"]

    @property
    def query_params(self) -> list[Named]:
        return [param for param in self.params if param.where == "query"]


@dataclass(frozen=True)
class Chapter:
    tag: str
    title: str
    operations: list[Operation]
    shapes: list[Shape] = field(default_factory=list)

    @property
    def told(self) -> str:
        """What can be read here, or else done, in a line."""
        reading = [one.title for one in self.operations if not one.is_writing]
        return " · ".join(reading or [one.title for one in self.operations])


def chapters() -> list[Chapter]:
    """Every room with its operations, without their shapes."""
    document = openapi()
    return [Chapter(tag, title_of(tag), _operations(document, tag)) for tag in TAGS]


def chapter(tag: str) -> Chapter | None:
    """One room with its operations and every shape they name; None for no such room."""
    if tag not in TAGS:
        return None
    document = openapi()
    operations = _operations(document, tag)
    named = [name for one in operations for name in (one.body, one.gives) if name]
    return Chapter(tag, title_of(tag), operations, _shapes(document, named))


def title_of(tag: str) -> str:
    return TAGS[tag][0 if _is_chinese() else 1]


def _is_chinese() -> bool:
    return not (get_language() or "").startswith("en")


def _operations(document: Json, tag: str) -> list[Operation]:
    found = [
        _operation(path, method, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
        if tag in told["tags"]
    ]
    return sorted(found, key=_place)


def _place(one: Operation) -> tuple[int, str, str, int]:
    thing = one.path.split("/")[3]
    return THINGS.index(thing) if thing in THINGS else len(THINGS), thing, one.path, METHODS.index(one.method)


def _operation(path: str, method: str, told: Json) -> Operation:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    gives, is_list = _given(told["responses"])
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        title=told["x-summary-zh"] if _is_chinese() else told["summary"],
        about=told["description"].rpartition("\n\n")[0].replace("`", ""),
        words=[str(PERMISSION_NAMES.get(word, word)) for word in told["x-words"]],
        params=[_param(param) for param in told["parameters"]],
        body=_name(body),
        example=_example(_name(body)),
        gives=gives,
        is_list=is_list,
        statuses=sorted(told["responses"]),
        form=_fields(form_of(told)),
    )


def _given(responses: Json) -> tuple[str, bool]:
    """The shape of a good answer, and whether it is a list of them."""
    good = next(told for status, told in responses.items() if status.startswith("2"))
    schema = good.get("content", {}).get("application/json", {}).get("schema", {})
    name = _name(schema)
    return (name.removesuffix("Page"), True) if name.endswith("OutPage") else (name, False)


def _name(schema: Json) -> str:
    reference: str = schema.get("$ref", "")
    return reference.removeprefix(SHAPES)


def _example(shape: str) -> str:
    told = openapi()["components"]["schemas"].get(shape, {}).get("examples")
    return json.dumps(told[0], ensure_ascii=False, indent=2) if told else ""


def _param(told: Json) -> Named:
    kind, shape = type_of(told["schema"])
    return Named(told["name"], kind, _meaning(told), shape, told["required"], told["in"])


def _meaning(told: Json) -> str:
    meaning: str = told.get("x-description-zh" if _is_chinese() else "description", "")
    return meaning


def type_of(schema: Json) -> tuple[str, str]:
    """The type in a few signs, and the shape it names."""
    if name := _name(schema):
        return name, name
    if "anyOf" in schema:
        kinds = [type_of(one) for one in schema["anyOf"] if one.get("type") != "null"]
        is_open = len(kinds) < len(schema["anyOf"])
        return " | ".join(kind for kind, _s in kinds) + (" | null" if is_open else ""), _first(s for _k, s in kinds)
    if schema.get("type") == "array":
        kind, shape = type_of(schema.get("items", {}))
        return f"[{kind}]", shape
    if "enum" in schema or "const" in schema:
        return " | ".join(map(str, schema.get("enum", [schema.get("const")]))), ""
    return str(schema.get("format") or schema.get("type") or "any"), ""


def _first(names: Iterable[str]) -> str:
    return next((name for name in names if name), "")


def _shapes(document: Json, named: list[str]) -> list[Shape]:
    """The named shapes and those that they name, each once, in the order they are met."""
    found: dict[str, Shape] = {}
    waiting = list(dict.fromkeys(named))
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = _shape(name, document["components"]["schemas"][name])
            waiting += [one.shape for one in found[name].fields if one.shape]
    return list(found.values())


def _shape(name: str, told: Json) -> Shape:
    return Shape(name, " ".join(str(told.get("description", "")).replace("`", "").split()), _fields(told))


def _fields(told: Json) -> list[Named]:
    required = set(told.get("required", ()))
    return [
        Named(name, *_kind(schema), is_required=name in required) for name, schema in told.get("properties", {}).items()
    ]


def _kind(schema: Any) -> tuple[str, str, str]:
    kind, shape = type_of(schema)
    return kind, _meaning(schema), shape
