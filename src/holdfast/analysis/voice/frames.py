"""How a clause is meant: asked or requested politely, hoped, heard, put right afterwards, said in irony."""

from __future__ import annotations

import re
from collections.abc import Sequence

from holdfast.analysis.voice.said import Clause

_REQUEST = re.compile(
    r"(?:你好|您好|亲|hi|hello|那个|另外|还有|顺便|再|也|就|还|最好|我们?|尽快|尽早|有空|方便的话|收到后|到货后|到了?|ok|好的?)*"
    r"(?:请(?!勿|别|不要|慎|远离|绕|三思|珍惜|擦亮|大家|各位|问你们?(?:到底|还))|烦请|敬请|麻烦(?=..)(?!了?死|得|透|的|多|大|不|，|很)"
    r"|劳驾|帮忙|帮我|帮我们|能否|可否|可不可以|是否可以|想(?:问|咨询|了解|请教|确认|预约|约|订)|咨询|需要(?!改|加强|提)"
    r"|please\b|kindly\b|could you|can you|would you|can we|could we|may (?:i|we)|let me know|we would like to|i would like to)"
)
_DEMAND = re.compile(
    "改进|改善|重视|加强|注意|提高|整改|给个说法|不要再|别再|退钱|赔|说法|别|不要|为什么|到底|凭什么|还没|拖"
    r"|stop |fix |better|again|refund"
)
_ASKED = re.compile(
    r"请问|[吗么]$|吗|呢$|几(?:天|个|号|点|次|年)|多久|多少|多大|多长|多高|哪|怎么(?=申请|联系|办|用|退|换|操作|安装|设置|查|开|收费|买|下单|处理|走|算)"
    r"|如何|是否|有没有|能不能|可不可以|什么(?:时候|价|型号|规格|颜色|材质)|找谁|联系谁"
    r"|^(?:hi |hello |and |so |also )?(?:how|what|where|when|which|who|is|are|do|does|can|could|may|would|will|have|has|any)\b"
)
_RHETORIC = re.compile(
    "为什么|为何|凭什么|难道|到底|究竟|怎么(?:还|就|这|能|会|老|又|可能|那么|总)|时候才|还没|至今|到现在|打算|这也|这就|就这|也叫|也能"
    "|还能|还有(?:脸|良心)|至于|意思吗|良心|管不管|好意思|多差|有多|什么(?:态度|服务|质量|玩意|东西|破|垃圾|情况|鬼)|也是|都是|(?<!是)不是|这样|这种|会有|算是"
    r"|why|how come|seriously|really|supposed|how (?:can|could|hard|difficult|long|many times|much longer)"
)


def weigh(clauses: Sequence[Clause], text: str) -> None:
    """What is only asked, hoped or heard counts little, what follows a contrast more, what was put right hardly."""
    if _only_inquires(clauses, text):
        _still(clauses)
        return
    for at, clause in enumerate(clauses):
        roles = clause.roles
        if "hearsay" in roles:
            _frame(clause, -0.3, 0.5)
        elif "wish" in roles:
            _frame(clause, -0.3, 0.8)
        elif clause.asks:
            _frame(clause, 0.0, 0.6)
        if "concession" in roles:
            clause.weight *= 0.6
        if "contrast" in roles:
            clause.weight *= 1.3
            for earlier in clauses[:at]:
                earlier.weight *= 0.8
    for at, clause in enumerate(clauses):
        for opinion in clause.opinions:
            if "whole" not in opinion.word.roles:
                continue
            if "mended" in opinion.word.roles:
                _mend([other for other in clauses[: at + 1] if clause.sentence == other.sentence], opinion.start)
            elif "irony" in opinion.word.roles:
                _turn([other for other in clauses[at : at + 2] if clause.sentence == other.sentence])


def _only_inquires(clauses: Sequence[Clause], text: str) -> bool:
    """Whether everything that could judge is a question or a request; among judgements a question is part of them."""
    heavy = [clause for clause in clauses if clause.opinions or clause.complaints or clause.asks]
    return bool(heavy) and all(_inquires(clause, text) for clause in heavy)


def _still(clauses: Sequence[Clause]) -> None:
    for clause in clauses:
        clause.roles.add("inquiry")
        clause.opinions.clear()
        clause.complaints = 0


def _inquires(clause: Clause, text: str) -> bool:
    """Whether it asks for something or about something without blaming."""
    told = text[clause.start : clause.end].strip()
    requested = _REQUEST.match(told) is not None
    if requested or "asked" in clause.roles:
        wanted = _DEMAND.search(told) is None if requested else _ASKED.search(told) is not None
        return wanted and _RHETORIC.search(told) is None
    return False


def _frame(clause: Clause, praise: float, blame: float) -> None:
    for opinion in clause.opinions:
        opinion.framed = True
        opinion.value *= praise if opinion.value > 0 else blame


def _mend(clauses: Sequence[Clause], before: int) -> None:
    for clause in clauses:
        for opinion in clause.opinions:
            if opinion.value < 0 and opinion.start < before:
                opinion.value *= 0.25
        clause.complaints = 0


def _turn(clauses: Sequence[Clause]) -> None:
    for clause in clauses:
        for opinion in clause.opinions:
            if opinion.value > 0:
                opinion.value *= -0.5
