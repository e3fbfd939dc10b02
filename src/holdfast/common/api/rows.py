"""Many rows in one request, each with its own result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import Http404
from pydantic import Field, ValidationError, WithJsonSchema

from holdfast.common.api.problems import Problem, tell
from holdfast.common.refusals import Refusal

MOST = 500
M = TypeVar("M", bound=Model)
Prepared = TypeVar("Prepared")
REFUSED = (Refusal, Problem, ValidationError, IntegrityError, PermissionDenied, Http404)


def rows_of(shape: str) -> Any:
    """The type of a bulk body's rows: each is checked by itself, so that one bad row refuses only itself."""
    schema = {"type": "array", "items": {"type": "object", "x-row": shape}, "minItems": 1, "maxItems": MOST}
    return Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST), WithJsonSchema(schema)]


def bulk(
    rows: Sequence[dict[str, Any]],
    *,
    check: Callable[[dict[str, Any]], Prepared],
    write: Callable[[list[Prepared]], Sequence[M]],
    key: Callable[[M], int] = lambda row: row.pk,
) -> tuple[dict[str, Any], int]:
    """Write rows as a set; those that are refused are told one by one. Gives the answer and its status.

    A refused set is halved until the rows at fault stand alone, so the others are still written together.
    """
    results: dict[int, dict[str, Any]] = {}
    good: list[tuple[int, Prepared]] = []
    for index, row in enumerate(rows):
        try:
            good.append((index, check(row)))
        except REFUSED as problem:
            results[index] = _refused(index, problem)
    _write(good, lambda some: [key(row) for row in write(some)], results)
    data = [results[index] for index in range(len(rows))]
    written = sum(1 for row in data if row["status"] == 201)
    return {"data": data, "written": written, "refused": len(data) - written}, 200 if written == len(data) else 207


def _write(
    rows: list[tuple[int, Prepared]],
    write: Callable[[list[Prepared]], Sequence[int]],
    results: dict[int, dict[str, Any]],
) -> None:
    if not rows:
        return
    try:
        with transaction.atomic():
            made = write([prepared for _index, prepared in rows])
    except REFUSED as problem:
        if len(rows) == 1:
            results[rows[0][0]] = _refused(rows[0][0], problem)
            return
        middle = len(rows) // 2
        _write(rows[:middle], write, results)
        _write(rows[middle:], write, results)
        return
    for (index, _prepared), pk in zip(rows, made, strict=True):
        results[index] = {"index": index, "status": 201, "id": pk, "error": None}


def _refused(index: int, problem: Exception) -> dict[str, Any]:
    status, error = tell(problem)
    error.pop("details", None)
    return {"index": index, "status": status, "id": None, "error": error}
