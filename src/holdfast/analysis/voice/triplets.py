"""Who is praised or blamed for what: aspect, opinion and polarity, in the customer's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import rjieba

from holdfast.analysis.voice.lexicon import Word, lexicon, parts
from holdfast.analysis.voice.said import Clause, Opinion
from holdfast.analysis.voice.text import Plain, plain

FAINT = 0.5
# Characters that can belong to a name: none of those that join, point, count, time, ask or act.
_JOINS = frozenset(
    "的了着过地得我你他她它们这那哪有在和与跟及或最也都又还就才只不没无未一二两三四五六七八九十个点吃喝尝要对从把被让给将再先"
    "后前去来上下里外中内时当很太真好挺蛮超更比较算是为以因所但可而却且如果若虽便等每各某另其此该看想说觉感爱喜推叫买送用会能请谢"
)
_NOUNS = frozenset(["n", "nr", "ns", "nt", "nz", "ng", "nrt", "vn", "l", "j", "i", "b"])
_ONLY_TONE = frozenset({"hint", "sign"})
_LINKS = re.compile(r"^(?:和|与|跟|及|以及|还有|、|,|，| )+$")
_LEADS = re.compile(r"^(?:但是|但|不过|而且|并且|可是|然而|只是|只不过|虽然|因为|所以|然后|的|，|、|：|:| )+")


def polarity_of(value: float) -> str:
    """positive, neutral or negative."""
    if abs(value) < FAINT:
        return "neutral"
    return "positive" if value > 0 else "negative"


def triplets(words: Plain, clauses: Sequence[Clause]) -> list[dict[str, str]]:
    """Every aspect with an opinion on it, in order; in Chinese the opinion is what the clause says of the aspect."""
    if not any(clause.opinions for clause in clauses):
        return []
    nouns = list(_noun_runs(words.text))
    found: list[dict[str, str]] = []
    carried: list[Span] = []
    for at, clause in enumerate(clauses):
        if at and clause.sentence != clauses[at - 1].sentence:
            carried = []
        known = _named(clause, nouns, words.text)
        opinions = [opinion for opinion in clause.opinions if opinion.word.roles.isdisjoint(_ONLY_TONE)]
        if words.text[clause.start : clause.end].isascii():
            found += [_entry(words, opinion.aspect or _nearest(opinion, known), opinion) for opinion in opinions]
            continue
        told = _Told(words.text, clause, opinions, known, carried)
        if opinions and not clause.asks:
            found += told.entries(words)
        carried = told.next_carried
    return found


Span = tuple[int, int]


class _Told:
    """What one Chinese clause says of whom."""

    def __init__(
        self, text: str, clause: Clause, opinions: Sequence[Opinion], known: Sequence[Span], carried: list[Span]
    ):
        self.text, self.clause, self.opinions, self.carried = text, clause, opinions, carried
        core = min((opinion.start for opinion in opinions), default=clause.end)
        heads = [opinion.aspect for opinion in opinions if opinion.aspect is not None]
        self.before = [span for span in known if span[1] <= core] or heads[:1]
        self.after = [span for span in known if span[0] >= core]
        self.value = sum(opinion.value for opinion in opinions)

    @property
    def next_carried(self) -> list[Span]:
        """What later clauses of the sentence speak of when they name nothing."""
        own = [span for span in self.before if not self._is_side(span)]
        if not self.opinions and own and self._linked():
            return [*self.carried, *own]
        return self._subjects() or self.carried

    def _linked(self) -> bool:
        """Whether the clause only goes on naming things ("A、B、C都不错")."""
        return self.clause.start > 0 and self.text[self.clause.start - 1] == "、"

    def _is_side(self, span: Span) -> bool:
        """Whether it is a side of something ("味道"), or a part of the dish that was named before ("干煸驴肉，驴肉很嫩")."""
        text = self.text[span[0] : span[1]]
        if text in parts()["side"]:
            return True
        if not self.carried or len(text) > 2:
            return False
        whole = self.text[slice(*self.carried[-1])]
        return len(whole) > max(2, len(text)) and (text[-1] in whole or text in parts()["ingredient"])

    def _subjects(self) -> list[Span]:
        """The things before the opinion: the last one, and those that are joined to it."""
        things = [span for span in self.before if not self._is_side(span)]
        if not things:
            if self.before and (not self.carried or self._speaks_of_other(self.before[-1])):
                return self.before[-1:]
            return []
        chosen = [things[-1]]
        for span in reversed(things[:-1]):
            if not _LINKS.match(self.text[span[1] : chosen[0][0]]):
                break
            chosen.insert(0, span)
        if self._linked() and len(chosen) == len(things) and self.carried:
            return [*self.carried, *chosen]
        return chosen

    def _speaks_of_other(self, side: Span) -> bool:
        """Whether a side cannot be one of what was spoken of ("物流慢，质量好"): known things of other topics."""
        words = lexicon().words
        topics = [words[text].topic if (text := self.text[a:b]) in words else None for a, b in (side, self.carried[-1])]
        return None not in topics and topics[0] != topics[1]

    def entries(self, words: Plain) -> list[dict[str, str]]:
        """One entry for each thing spoken of."""
        subjects, start, end = self._subjects(), self.clause.start, self.clause.end
        if subjects:
            start = subjects[-1][1]
        elif self.after and not self.before:
            subjects = self.after[-1:]
            if self.text[self.opinions[0].start : self.opinions[0].end] in parts()["liking"]:
                end = subjects[0][0]
        elif self.carried:
            subjects = self.carried
        start += _led(self.text[start:end])
        opinion, polarity = words.quote(start, end), polarity_of(self.value)
        aspects = [words.quote(*span) for span in subjects] or [""]
        return [{"aspect": aspect, "opinion": opinion, "polarity": polarity} for aspect in aspects]


def _led(text: str) -> int:
    lead = _LEADS.match(text)
    return lead.end() if lead and lead.end() < len(text) else 0


def _entry(words: Plain, aspect: Span | None, opinion: Opinion) -> dict[str, str]:
    return {
        "aspect": words.quote(*aspect) if aspect else "",
        "opinion": words.quote(opinion.start, opinion.end),
        "polarity": polarity_of(opinion.value),
    }


def _noun_runs(text: str) -> Iterator[Span]:
    """Nouns that stand together ("翡翠鳕鱼羹"), as places; a side of a thing begins a run of its own."""
    start, at, known = None, 0, parts()
    side, no_aspect, of_a_name, dish = (known[name] for name in ("side", "not an aspect", "part of a name", "dish"))
    for word, tag in rjieba.tag(text):
        apart = word in side
        inside = (
            not apart
            and (tag in _NOUNS or word in of_a_name or (word[-1] in dish and len(word) > 1))
            and word not in no_aspect
        )
        if start is not None and not inside:
            yield start, at
            start = None
        if apart:
            yield at, at + len(word)
        elif inside and start is None:
            start = at
        at += len(word)
    if start is not None:
        yield start, at


def _named(clause: Clause, nouns: Sequence[Span], text: str) -> list[Span]:
    """What could be meant in the clause: runs of nouns, and known aspects outside of them."""
    runs = [run for run in nouns if clause.start <= run[0] and run[1] <= clause.end]
    taken = [(opinion.start, opinion.end) for opinion in clause.opinions]
    free = [run for run in (_cut_off(run, taken) for run in runs) if run[0] < run[1]]
    free = [_whole_name(run, clause, taken, text) for run in free]
    known = [
        (start, end)
        for start, end, _ in clause.aspects
        if not any(run[0] < end and start < run[1] for run in free) and text[start:end] not in parts()["not an aspect"]
    ]
    return sorted([*free, *known])


def _whole_name(run: Span, clause: Clause, taken: Sequence[Span], text: str) -> Span:
    """A name with the one or two characters that the tagger cut off: those at the clause's head and before an opinion."""
    start, end = run
    following = min((begin for begin, _ in taken if begin >= end), default=end)
    if not (0 < start - clause.start <= 2 or 0 < following - end <= 2) or _known_thing(text[start:end]):
        return run
    if 0 < start - clause.start <= 2 and _names(text[clause.start : start]):
        start = clause.start
    if 0 < following - end <= 2 and _names(text[end:following]) and not _known_thing(text[end:following]):
        end = following
    return start, end


def _known_thing(text: str) -> bool:
    return text in parts()["side"] or text in parts()["ingredient"] or bool(lexicon().words.get(text, Word()).topic)


def _names(text: str) -> bool:
    return _JOINS.isdisjoint(text) and all("\u4e00" <= letter <= "\u9fff" for letter in text)


def _cut_off(run: Span, taken: Sequence[Span]) -> Span:
    """The part of a run of nouns that stands before an opinion in it."""
    start, end = run
    for begin, stop in taken:
        if begin <= start < stop:
            start = stop
        elif start < begin < end:
            end = begin
    return start, max(start, end)


def _nearest(opinion: Opinion, known: Sequence[Span]) -> Span | None:
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
    return {"aspect": aspect, "opinion": opinion, "polarity": polarity_of(2 * value)}


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
                gap = max(0, begin - opinion.end) + (6 if opinion.end > begin else 3)
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
