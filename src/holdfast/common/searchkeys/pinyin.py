"""Pinyin and initials, with surnames read as surnames."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Read differently in a surname than in a word.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "区": "ou", "查": "zha", "解": "xie", "任": "ren", "朴": "piao",
    "盖": "ge", "乐": "yue", "尉": "wei", "缪": "miao", "翟": "zhai", "宓": "mi", "秘": "bi", "黑": "he",
    "员": "yun", "贠": "yun", "牟": "mu", "幺": "yao", "祭": "zhai", "燕": "yan", "葛": "ge", "谌": "chen",
    "晁": "chao", "宿": "su", "那": "na", "过": "guo", "应": "ying", "宁": "ning", "令": "ling", "洗": "xian",
    "冼": "xian", "召": "shao", "华": "hua", "纪": "ji", "贾": "jia", "石": "shi", "盛": "sheng", "沈": "shen",
    "车": "che", "折": "she", "佴": "nai", "乜": "nie", "仉": "zhang", "郇": "xun", "覃": "qin", "卜": "bu",
    "柏": "bai", "薄": "bo", "种": "chong", "繁": "po", "逄": "pang", "瞿": "qu", "隗": "wei", "朱": "zhu",
    "长": "chang", "重": "chong", "都": "du", "会": "gui", "教": "jiao", "万": "wan", "洪": "hong", "阚": "kan",
}  # fmt: skip
COMPOUND_SURNAMES = {
    "尉迟": "yu chi", "单于": "chan yu", "万俟": "mo qi", "澹台": "tan tai", "长孙": "zhang sun", "令狐": "ling hu",
    "欧阳": "ou yang", "上官": "shang guan", "司马": "si ma", "诸葛": "zhu ge", "皇甫": "huang fu", "夏侯": "xia hou",
    "慕容": "mu rong", "宇文": "yu wen", "公孙": "gong sun", "东方": "dong fang", "呼延": "hu yan", "端木": "duan mu",
    "独孤": "du gu", "南宫": "nan gong", "西门": "xi men", "司徒": "si tu", "鲜于": "xian yu", "尉犁": "yu li",
    "曾子": "zeng zi", "解放": "jie fang", "乐正": "yue zheng",
}  # fmt: skip
# Where a word decides the reading (重庆, 银行, 长沙, 音乐, 成都, 大厦): only these cost the slow way.
SEVERAL_READINGS = frozenset("重行长乐朝单曾仇都厦会调传弹藏盛参觉阿佛广卜车石折区尉查解还得着了量系校便奇地大")
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
TONES = re.compile(r"[\u0300-\u036f]")
Syllables = tuple[str, ...]


@lru_cache(maxsize=50_000)
def _letters(character: str) -> str:
    """The commonest reading of one character, without its tone."""
    from pypinyin.constants import PINYIN_DICT  # a quarter second to load, for the first name that is read

    readings = PINYIN_DICT.get(ord(character), "")
    plain = unicodedata.normalize("NFD", readings.partition(",")[0])
    return TONES.sub("", plain.replace("u\u0308", "v")).replace("ɡ", "g")


def syllables(run: str, *, is_person: bool = False) -> Syllables:
    """One syllable per character of a run of Han characters."""
    if is_person and (known := _surname(run)):
        read, rest = known
        return (*read, *_readings(rest))
    return _readings(run)


def _readings(run: str) -> Syllables:
    if SEVERAL_READINGS.isdisjoint(run):
        return tuple(_letters(character) for character in run)
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(run, errors="ignore"))


def _surname(run: str) -> tuple[Syllables, str] | None:
    if len(run) > 2 and run[:2] in COMPOUND_SURNAMES:
        return tuple(COMPOUND_SURNAMES[run[:2]].split()), run[2:]
    if run[:1] in SURNAMES:
        return (SURNAMES[run[0]],), run[1:]
    return None


def pinyin_of(name: str, *, is_person: bool = False) -> str:
    """曾庆红 as a person → "zengqinghong"; only Han characters count."""
    return "".join("".join(syllables(run, is_person=is_person)) for run in HAN.findall(name))


def initials_of(name: str, *, is_person: bool = False) -> str:
    """单雪 as a person → "sx"."""
    return "".join(part[:1] for run in HAN.findall(name) for part in syllables(run, is_person=is_person))
