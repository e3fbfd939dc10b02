"""The engine gives codes, the pages give words: every code must have its sentence."""

from __future__ import annotations

from holdfast.analysis import reasons as engine
from holdfast.common import reasons as pages


def test_every_reason_of_the_engine_has_its_words():
    assert set(engine.CODES) <= set(pages.SENTENCES)
