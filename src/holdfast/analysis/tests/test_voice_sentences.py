"""Sentences of many trades written for Holdfast: those never looked at while mending must be read as well."""

import zlib
from pathlib import Path

import pytest

from holdfast.analysis import voice

TONES = {"+": "positive", "-": "negative", "0": "neutral"}


def sentences():
    found = []
    for line in (Path(__file__).parent / "voice_sentences.txt").read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            tone, complains, aspects, text = (part.strip() for part in line.split("|", 3))
            wanted = [tuple(part.strip().split("=")) for part in aspects.split(",") if part.strip()]
            found.append((text, TONES[tone], complains == "y", wanted))
    return found


@pytest.fixture(scope="module")
def told():
    """Sentence, what is expected, what was read, and whether it was looked at while the rules were mended."""
    rows = sentences()
    read = voice.read([text for text, *_ in rows]).to_pylist()
    return [(row, found, bool(zlib.crc32(row[0].encode()) % 2)) for row, found in zip(rows, read, strict=True)]


def share(rights):
    rights = list(rights)
    return sum(rights) / len(rights)


@pytest.mark.shows("VOC-07")
@pytest.mark.parametrize(
    ("looked_at", "tone", "complaint", "aspects"), [(True, 0.98, 0.96, 0.78), (False, 0.84, 0.87, 0.58)]
)
def test_tone_and_complaint_of_sentences_from_many_trades(told, looked_at, tone, complaint, aspects):
    mine = [(row, found) for row, found, seen in told if seen is looked_at]

    assert len(mine) > 100
    assert share(found["tone"] == row[1] for row, found in mine) >= tone
    assert share((found["p_complaint"] > 0.5) == row[2] for row, found in mine) >= complaint
    assert share(named(found, one) for row, found in mine for one in row[3]) >= aspects


def named(found, wanted):
    """Whether an entry speaks so of a thing."""
    aspect, sign = wanted
    return any(
        entry["aspect"]
        and (aspect in entry["aspect"] or entry["aspect"] in aspect)
        and entry["polarity"] == TONES[sign]
        for entry in found["aspects"]
    )


@pytest.mark.shows("VOC-04")
def test_requests_questions_and_notices_are_no_complaints(told):
    neutral = [found for row, found, _ in told if row[1] == "neutral"]

    assert len(neutral) > 30
    assert share(found["p_complaint"] < 0.5 for found in neutral) >= 0.95


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("麻烦把检测报告发一份", "neutral"),
        ("请问退款几天到账？", "neutral"),
        ("这个坏了能修吗？", "neutral"),
        ("Please send us the report.", "neutral"),
        ("How do I return an item?", "neutral"),
        ("有一件破损，客服当天就补发了", "positive"),
        ("退款很快，点赞", "positive"),
        ("退款拖了一个月", "negative"),
        ("等了三个小时才上菜", "negative"),
        ("用了不到一周就坏了", "negative"),
        ("打了五个电话都没人接", "negative"),
        ("买完之后就不认人", "negative"),
        ("这也叫五星级？", "negative"),
        ("为什么还没发货？", "negative"),
        ("从来没出过故障", "positive"),
        ("再也不用担心漏水", "positive"),
        ("The technician fixed the problem at once.", "positive"),
        ("We waited three weeks and nobody told us why.", "negative"),
    ],
)
def test_what_happened_is_read_from_more_than_single_words(text, expected):
    assert voice.read([text])["tone"][0].as_py() == expected
