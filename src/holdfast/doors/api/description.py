"""The OpenAPI document, and the same as chapters of a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from holdfast.common.api import Token
from holdfast.doors.api.glossary import EXAMPLES, MEANINGS, TITLES
from holdfast.doors.api.rooms import PREFIX, api

Json = dict[str, Any]


@cache
def openapi() -> Json:
    """The document, complete; one object for all, to be read only."""
    document: Json = dict(OpenAPISchema(api(), PREFIX.lstrip("/")))
    words = words_needed()
    for path in document["paths"].values():
        for operation in path.values():
            _complete(operation, words[operation["operationId"]])
    for name, schema in document["components"]["schemas"].items():
        _describe(name, schema)
    about = "Bearer hf_…, made under My account · API tokens. See info.description."
    document["components"]["securitySchemes"]["Token"]["description"] = about
    return json.loads(json.dumps(document))  # status codes become text, as the standard has them


def operations() -> Iterator[Operation]:
    """Every operation of every room."""
    for bound in api()._get_bound_routers():
        for path_view in bound.path_operations.values():
            yield from path_view.operations


def words_needed() -> dict[str, tuple[str, ...]]:
    """Operation → the permission words that a token needs for it."""
    return {str(one.operation_id): cast(Token, one.auth_callbacks[0]).words for one in operations()}


def _complete(operation: Json, words: tuple[str, ...]) -> None:
    name = operation["operationId"]
    operation["x-summary-zh"] = TITLES.get(name, operation["summary"])
    operation["x-words"] = list(words)
    said = " ".join(operation.get("description", "").split())
    operation["description"] = f"{said}\n\nNeeds: {', '.join(words)}."
    for param in operation["parameters"]:
        param["schema"].pop("title", None)
        meaning = meaning_of(name, param["name"])
        if meaning:
            param["description"], param["x-description-zh"] = meaning[1], meaning[0]
    if form := form_of(operation):
        _describe(name, form)


def form_of(operation: Json) -> Json:
    """The shape of the form that a file comes with; empty where none does."""
    content = operation.get("requestBody", {}).get("content", {})
    return cast(Json, content.get("multipart/form-data", {}).get("schema", {}))


def meaning_of(owner: str, name: str) -> tuple[str, str] | None:
    """Chinese and English meaning of a name, by its owner (an operation or a shape) where it has one of its own there."""
    return MEANINGS.get(f"{owner}.{name}") or MEANINGS.get(name)


def _describe(name: str, schema: Json) -> None:
    schema.pop("title", None)
    if name in EXAMPLES:
        schema["examples"] = [EXAMPLES[name]]
    for field, shape in schema.get("properties", {}).items():
        if "x-row" in shape.get("items", {}):  # rows are checked one by one, so the shape is only named
            shape["items"] = {"$ref": f"#/components/schemas/{shape['items']['x-row']}"}
        shape.pop("title", None)
        if "default" in shape and name.endswith("Out"):
            shape.pop("default")  # what may be absent has no value then
        if meaning := meaning_of(name, field):
            shape["description"], shape["x-description-zh"] = meaning[1], meaning[0]
