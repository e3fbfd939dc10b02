"""Who is praised or blamed for what: aspect, opinion and polarity, in the customer's own words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import rjieba

from holdfast.analysis.voice.clauses import Clause, Opinion
from holdfast.analysis.voice.text import Plain, plain

FAINT = 0.5
_NOUNS = frozenset(["n", "nr", "ns", "nt", "nz", "ng", "nrt", "vn", "l", "j", "i"])
_NOT_ASPECTS = frozenset(
    [
        "人",
        "朋友",
        "时候",
        "感觉",
        "地方",
        "东西",
        "事",
        "点",
        "家",
        "次",
        "总体",
        "整体",
        "个人",
        "大家",
        "老公",
        "老婆",
        "孩子",
        "妈妈",
        "问题",
        "原因",
        "结果",
        "印象",
    ]
)


def polarity_of(value: float) -> str:
    """positive, neutral or negative."""
    if abs(value) < FAINT:
        return "neutral"
    return "positive" if value > 0 else "negative"


def triplets(words: Plain, clauses: Sequence[Clause]) -> list[dict[str, str]]:
    """Every aspect with an opinion on it, in order."""
    if not any(clause.opinions for clause in clauses):
        return []
    nouns = list(_noun_runs(words.text))
    found, carried = [], None
    for at, clause in enumerate(clauses):
        if at and clause.sentence != clauses[at - 1].sentence:
            carried = None
        known = _named(clause, nouns)
        for opinion in clause.opinions:
            aspect = opinion.aspect or _nearest(opinion, known) or carried
            found.append(_entry(words, aspect, opinion))
        carried = known[-1] if known else carried
    return found


def _entry(words: Plain, aspect: tuple[int, int] | None, opinion: Opinion) -> dict[str, str]:
    return {
        "aspect": words.quote(*aspect) if aspect else "",
        "opinion": words.quote(opinion.start, opinion.end),
        "polarity": polarity_of(opinion.value),
    }


def _noun_runs(text: str) -> Iterator[tuple[int, int]]:
    """Nouns that stand together ("翡翠鳕鱼羹"), as places."""
    start, at = None, 0
    for word, tag in rjieba.tag(text):
        if tag in _NOUNS and word not in _NOT_ASPECTS:
            start = at if start is None else start
        elif start is not None:
            yield start, at
            start = None
        at += len(word)
    if start is not None:
        yield start, at


def _named(clause: Clause, nouns: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What could be meant in the clause: known aspects, widened to the run of nouns they stand in, and other nouns."""
    runs = [run for run in nouns if clause.start <= run[0] and run[1] <= clause.end]
    taken = [(opinion.start, opinion.end) for opinion in clause.opinions]
    free = [run for run in (_cut_off(run, taken) for run in runs) if run[0] < run[1]]
    known = [
        (start, end) for start, end, _ in clause.aspects if not any(run[0] < end and start < run[1] for run in free)
    ]
    return sorted([*free, *known])


def _cut_off(run: tuple[int, int], taken: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The part of a run of nouns that stands before an opinion in it."""
    start, end = run
    for begin, stop in taken:
        if begin <= start < stop:
            start = stop
        elif start < begin < end:
            end = begin
    return start, max(start, end)


def _nearest(opinion: Opinion, known: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    before = [span for span in known if span[1] <= opinion.start]
    if before:
        return before[-1]
    after = [span for span in known if span[0] >= opinion.end]
    return after[0] if after else None


def of_aspect(words: Plain, clauses: Sequence[Clause], aspect: str) -> dict[str, str]:
    """The one entry for an aspect that is asked about, by the rules: what is said nearest to it."""
    place = place_of(words.text, aspect)
    near = _by_distance(clauses, place)
    value = _said_of(near)
    opinion = words.quote(near[0][1].start, near[0][1].end) if near else ""
    return {"aspect": aspect, "opinion": opinion, "polarity": polarity_of(value)}


def place_of(text: str, aspect: str) -> tuple[int, int]:
    """Where the aspect stands in the plain text; (0, 0) where it does not."""
    wanted = plain(aspect).text.strip()
    at = text.find(wanted) if wanted else -1
    return (at, at + len(wanted)) if at >= 0 else (0, 0)


def _by_distance(clauses: Sequence[Clause], place: tuple[int, int]) -> list[tuple[float, Opinion]]:
    """Opinions from the nearest to the aspect on: how far away, counted in characters and, more, in clauses."""
    begin, end = place
    home = next((at for at, clause in enumerate(clauses) if clause.start <= begin < clause.end), 0)
    found = []
    for at, clause in enumerate(clauses):
        for opinion in clause.opinions:
            if end == 0:
                gap = 0
            elif opinion.start >= end:
                gap = opinion.start - end
            else:
                gap = max(0, begin - opinion.end) + (0 if opinion.end > begin else 3)
            found.append((gap + 8.0 * abs(at - home), opinion))
    return sorted(found, key=lambda pair: pair[0])


def _said_of(near: Sequence[tuple[float, Opinion]]) -> float:
    """The opinions weighed by how near they are."""
    if not near:
        return 0.0
    closest = near[0][0]
    return sum(opinion.value * 0.75 ** (gap - closest) for gap, opinion in near)


def aspect_view(words: Plain, clauses: Sequence[Clause], aspect: str) -> tuple[str, tuple[float, ...]]:
    """What a classifier sees of an aspect: the words around it with its place marked, and the figures of the rules."""
    begin, end = place_of(words.text, aspect)
    text = words.text
    around = f"{text[max(0, begin - 14) : begin]}§{text[end : end + 18]}" if end else text[:60]
    near = _by_distance(clauses, (begin, end))
    values = [opinion.value for _, opinion in near[:2]] + [0.0, 0.0]
    inside = sum(opinion.value for gap, opinion in near if begin <= opinion.start and opinion.end <= end)
    net = sum(opinion.value for _, opinion in near)
    figures = (_said_of(near), values[0], values[1], inside, net, float(bool(near)), near[0][0] if near else 30.0)
    return f"{around} {plain(aspect).text}", figures
