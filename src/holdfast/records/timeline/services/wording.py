"""How the lines that this room itself puts into the history are told, and how they are made anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.common import formats
from holdfast.records.timeline import rules
from holdfast.records.timeline.queries import interactions

Payload = Mapping[str, Any]


def register() -> None:
    """Called once, when the program starts."""
    rules.register_wording(
        interactions.SOURCE, interaction_words, icon=_channel_icon, rebuild=interactions.all_entry_rows
    )


def interaction_words(payload: Payload) -> str:
    """「去电 · 12 分钟」, "They called · 12 min"."""
    words, minutes = rules.TOLD[payload["direction"], payload["channel"]], payload["minutes"]
    return f"{words} · {formats.length(minutes)}" if minutes else str(words)


def _channel_icon(payload: Payload) -> str:
    return rules.CHANNEL_ICONS.get(payload["channel"], "message")
