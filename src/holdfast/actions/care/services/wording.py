"""How this room's lines of the history are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from holdfast.actions.care.queries import history
from holdfast.common import formats
from holdfast.records.timeline.rules import register_wording


def register() -> None:
    """Called once, when the program starts."""
    register_wording(history.SOURCE, gift_words, icon="gift", rebuild=history.all_gift_rows)


def gift_words(payload: Mapping[str, Any]) -> str:
    return _("送出礼品 · %(cost)s") % {"cost": formats.money(payload["cost_minor"], "whole")}
