"""What goes in and what comes out: strict shapes in, plain JSON values out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from holdfast.common.api.params import BIGGEST
from holdfast.common.api.problems import Problem
from holdfast.common.masking import is_mask


class In(Schema):
    """A body: unknown fields are refused, so that a misspelt one is never lost in silence."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def given(self) -> dict[str, Any]:
        """The fields that were sent, nested ones too."""
        return self.model_dump(exclude_unset=True)


class Out(Schema):
    """One row; every field but `id` may be absent: not asked for, or not for this reader."""

    model_config = ConfigDict(extra="forbid")


def _no_mask(value: str) -> str:
    if is_mask(value):
        raise PydanticCustomError("masked", "masked")
    return value


Key = Annotated[int, Field(ge=1, le=BIGGEST)]
Minor = Annotated[int, Field(ge=-(10**15), le=10**15)]
Decimals = Annotated[Decimal, Field(max_digits=18, decimal_places=6, allow_inf_nan=False)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]


def Text(longest: int, least: int = 0) -> Any:
    """Text of at most so many letters that is no mask sent back."""
    return Annotated[str, Field(max_length=longest, min_length=least), AfterValidator(_no_mask)]


Line = Text(200)


def iso(moment: datetime | None) -> str | None:
    """A moment in UTC, to the second's fraction it has."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def plain_decimal(value: Decimal | None) -> str | None:
    """12.500000 → "12.5": as text, so that no reader rounds it."""
    return None if value is None else f"{value.normalize():f}"


def etag_of(row: Any) -> str:
    """The row's version as an ETag: its count of changes, else the moment of the last one."""
    version = getattr(row, "version", None)
    return f'"{version if version is not None else int(row.updated_at.timestamp() * 1_000_000)}"'


def seen(request: HttpRequest, row: Any, version: int | None = None) -> None:
    """Refuse a change of what the program has not seen: If-Match → 412, `version` in the body → 409."""
    wanted = request.headers.get("If-Match", "").strip()
    if wanted and wanted != "*" and etag_of(row) not in [part.strip() for part in wanted.split(",")]:
        raise Problem("changed_meanwhile", 412, field="If-Match")
    if version is not None and version != getattr(row, "version", None):
        raise Problem("changed_meanwhile", 409, field="version")


def listed(rows: Iterable[Any], show: Callable[[Any], dict[str, Any]], next_cursor: str = "") -> dict[str, Any]:
    """The one shape of a list."""
    return {"data": [show(row) for row in rows], "next": next_cursor or None}


class BulkError(Schema):
    code: str
    message: str
    field: str | None = None


class BulkRow(Schema):
    """What became of one row: `index` counts from 0, `status` as if it had been sent alone."""

    index: int
    status: int
    id: int | None = None
    error: BulkError | None = None


class BulkOut(Schema):
    data: list[BulkRow]
    written: int
    refused: int


Answer = dict[str, Any] | HttpResponse
