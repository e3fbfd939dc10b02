"""How lines of the history are told: each room registers the words, the icon and the maker of its own lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from django.utils.functional import Promise

Words = Promise | str
Worder = Callable[[Mapping[str, Any]], Words]


class EntryRow(TypedDict, total=False):
    """A line of the history as rooms push it; `customer` or `customer_id`, source, source_id, kind, at required.

    `payload` holds codes and numbers only; `text` is what a person wrote (searchable); `by` its author.
    """

    customer: Any
    customer_id: int
    source: str
    source_id: int
    kind: str
    at: datetime
    payload: dict[str, Any]
    text: str
    by: Any
    author_id: int | None


@dataclass(frozen=True)
class Wording:
    """What a source registered. `url(source_id, payload)` leads to the thing, "" when there is no page."""

    words: Worder
    icon: str | Callable[[Mapping[str, Any]], str] = "point"
    rebuild: Callable[[], Iterable[EntryRow]] | None = None
    url: Callable[[int, Mapping[str, Any]], str] | None = None
    tone: Callable[[Mapping[str, Any]], str] | None = None
    more: Callable[[list[int]], Mapping[int, str]] | None = None

    def icon_of(self, payload: Mapping[str, Any]) -> str:
        return self.icon if isinstance(self.icon, str) else self.icon(payload)


_wordings: dict[str, Wording] = {}


def register_wording(
    source: str,
    words: Worder,
    *,
    icon: str | Callable[[Mapping[str, Any]], str] = "point",
    rebuild: Callable[[], Iterable[EntryRow]] | None = None,
    url: Callable[[int, Mapping[str, Any]], str] | None = None,
    tone: Callable[[Mapping[str, Any]], str] | None = None,
    more: Callable[[list[int]], Mapping[int, str]] | None = None,
) -> None:
    """Say how lines of a source ("commerce.order") are told; call it in AppConfig.ready().

    `words(payload)` makes the sentence in the reader's language. `rebuild()` gives every line of the source from the
    rows of the room, for the check by `holdfast doctor`; without it the lines are taken as they are. `icon` is the
    name of a Tabler icon or makes one of the payload; `tone(payload)` gives "good", "watch", "act" or "".
    `url(source_id, payload)` leads to the thing. `more(source_ids)` tells a second, small line (who took part).
    """
    _wordings[source] = Wording(words, icon, rebuild, url, tone, more)


def wording_of(source: str) -> Wording | None:
    return _wordings.get(source)


def wordings() -> dict[str, Wording]:
    return dict(_wordings)
