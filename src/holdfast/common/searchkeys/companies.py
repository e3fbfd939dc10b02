"""Company and personal names in one spelling."""

from __future__ import annotations

import re
from functools import lru_cache

from holdfast.common.searchkeys.folding import fold, normal, words
from holdfast.common.searchkeys.regions import CITIES, PROVINCES

BRACKETS = re.compile(r"[(\[{<〔【《]([^()\[\]{}<>〔〕【】《》]*)[)\]}>〕】》]")
LEGAL_FORM = re.compile(
    r"(股份有限责任公司|股份有限公司|有限责任公司|有限公司|股份公司|总公司|集团公司|控股公司|公司|集团|控股|股份)\Z"
)
LEGAL_WORDS = frozenset(
    {"co", "company", "ltd", "limited", "inc", "incorporated", "llc", "llp", "plc", "corp", "corporation", "gmbh", "ag",
     "sa", "sas", "srl", "bv", "nv", "pte", "pty", "group", "holding", "holdings", "kg", "oy", "ab", "as", "kk"}
)  # fmt: skip
NOT_A_NAME = frozenset({"集团", "控股", "股份", "有限公司", "有限", "责任", "中国"})
REGION = re.compile(
    "(?:(?P<province>" + "|".join(PROVINCES) + ")(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区|特别行政区)?)?"
    "(?P<city>" + "|".join(sorted(CITIES, key=len, reverse=True)) + ")?市?"
)


@lru_cache(maxsize=20_000)
def company_key(name: str | None) -> str:
    """What is left of a company's name without legal form, brackets, blanks, width and case.

    A region in brackets goes to the front and 省/市 go away, so that 「澄光机械（苏州）有限公司」,
    「苏州市澄光机械」 and 「江苏省苏州市澄光机械有限公司」 are one key, while the same name in another city is another company.
    """
    text = normal(name or "").strip()
    text, region = _without_brackets(text)
    text = _without_legal_form(text)
    key = _region_first(fold(text), region)
    return (key or fold(name))[:200]


def _without_brackets(text: str) -> tuple[str, str]:
    """The name without its brackets: a region in them is told apart, a legal word dropped, the rest stays."""
    region = ""

    def seen(match: re.Match[str]) -> str:
        nonlocal region
        inside = fold(match[1])
        if inside in NOT_A_NAME:
            return ""
        if _is_region(inside):
            region = inside
            return ""
        return inside

    return BRACKETS.sub(seen, text), region


def _is_region(text: str) -> bool:
    match = REGION.fullmatch(text)
    return bool(text and match and (match["province"] or match["city"]))


def _without_legal_form(text: str) -> str:
    parts = words(text)
    while len(parts) > 1 and parts[-1] in LEGAL_WORDS:
        parts.pop()
    text = "".join(parts)
    while (shorter := LEGAL_FORM.sub("", text)) and shorter != text:
        text = shorter
    return text


def _region_first(text: str, region: str) -> str:
    """Region in front, without 省 and 市; the province only where no city stands beside it."""
    match = REGION.match(region or text)
    if not match or not (match["province"] or match["city"]):
        return text
    rest = text if region else text[match.end() :]
    return (match["city"] or match["province"]) + rest if rest else text


def person_key(name: str | None) -> str:
    """A person's name without blanks, dots, width and case."""
    return fold(name)[:200]
