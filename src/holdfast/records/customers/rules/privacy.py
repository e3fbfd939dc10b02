"""What an erasure takes, what the law keeps and until when, and how a value is taken out of anything that holds it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from holdfast.common.labels import Words

# Why a row stays although its person asked for erasure, and for how many years: 会计档案管理办法 keeps vouchers 30 years,
# 电子商务法 keeps records of dealings 3. For counsel to confirm; both editable here alone.
KEPT: Mapping[str, tuple[Words, int]] = {
    "commerce.order": (_("交易记录依法留存，其中的个人信息已删去"), 3),
    "commerce.invoice": (_("会计凭证依法留存"), 30),
    "commerce.payment": (_("会计凭证依法留存"), 30),
    "commerce.promise": (_("会计凭证依法留存"), 30),
}
# Shorter strings are part of too many words to be looked for outside the person's own rows.
SHORTEST_ANYWHERE = 3
SHORTEST_NEAR = 2


def kept_until(label: str, on: date) -> date | None:
    """Last day on which rows of a kind are kept after an erasure on this day."""
    if label not in KEPT:
        return None
    year = on.year + KEPT[label][1]
    return on.replace(year=year, day=28) if (on.month, on.day) == (2, 29) else on.replace(year=year)


def without(text: str, values: Iterable[str], bar: str) -> str:
    """The text with a bar for each of the values, the longest first."""
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, bar)
    return text


def cleaned(value: Any, values: Iterable[str], bar: str) -> Any:
    """A JSON value of any depth without the values; keys and figures stay."""
    if isinstance(value, str):
        return without(value, values, bar)
    if isinstance(value, list):
        return [cleaned(one, values, bar) for one in value]
    if isinstance(value, dict):
        return {name: cleaned(one, values, bar) for name, one in value.items()}
    return value


def blacked(value: Any, names: frozenset[str], bar: str) -> Any:
    """A journal snapshot with a bar in each filled personal column, in nested rows too."""
    if isinstance(value, list):
        return [blacked(one, names, bar) for one in value]
    if isinstance(value, dict):
        return {
            name: _bar(one, bar) if name in names and not isinstance(one, dict | list) else blacked(one, names, bar)
            for name, one in value.items()
        }
    return value


def _bar(value: Any, bar: str) -> Any:
    if isinstance(value, str):
        return bar if value else value
    return None if value is not None and not isinstance(value, bool) else value


def digest_of(kind: str, value: str) -> str:
    """A keyed digest by which an erased key is known again, but not read."""
    return salted_hmac("holdfast.erased", f"{kind}:{value}", algorithm="sha256").hexdigest()


def as_stored(value: str) -> list[str]:
    """How a text may stand in a column: as it is, and as JSON spells it."""
    return list(dict.fromkeys([value, json.dumps(value)[1:-1]]))
