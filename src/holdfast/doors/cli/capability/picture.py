"""The zones at a glance: how long jobs took, against what was promised, as one SVG that stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from holdfast.analysis.capability import ZONES, Bars, Capability, CapabilityParams, View, bars
from holdfast.common.charts import Bin, Line, Zone, histogram, svg
from holdfast.doors.cli.tongue import Tongue

WIDTH, TOP, TALL, FOOT = 760.0, 78.0, 300.0, 78.0


def chart(found: Capability, t: Tongue) -> str:
    """The picture. Its words are in the user's language, its title tells the figures to those who cannot see it."""
    view, params = found.customer, found.params
    told = lead(found, t)
    title = " ".join(told)
    parts = [
        svg.rect(0, 0, WIDTH, TOP + TALL + FOOT, "#ffffff", radius=0),
        svg.text(20, 30, told[0], size=15, fill=svg.INK, weight=600),
        svg.text(20, 52, svg.shortened(told[1], (WIDTH - 40) * 1.15, 12), size=12, fill=svg.INK2),
        svg.tag("svg", _bars(view, params, t), x=14, y=TOP, width=WIDTH - 28, height=TALL),
        *_cells(view, params, t),
    ]
    return svg.picture(WIDTH, TOP + TALL + FOOT, title, parts)


def lead(found: Capability, t: Tongue) -> tuple[str, str]:
    """Two sentences: the mean and the angry, and what stands beside them."""
    view, process = found.customer.to_dict(), found.process.to_dict()
    if not view["n"]:
        return t("还没有完成的工单。", "No job is finished yet."), _beside(view, process, t)
    first = t(
        "平均 {mean:.1f} 天；{within:.1%} 在 {target:g} 天内，{beyond:.1%} 超过 {limit:g} 天。",
        "{mean:.1f} days on average; {within:.1%} within {target:g} days, {beyond:.1%} beyond {limit:g}.",
        mean=view["mean"],
        within=view["zones"]["delight"]["share"],
        beyond=view["zones"]["angry"]["share"],
        target=found.params.target_days,
        limit=found.params.limit_days,
    )
    return first, _beside(view, process, t)


def _beside(view: dict, process: dict, t: Tongue) -> str:
    said = [t("{n:,} 件已完成", "{n:,} {jobs} finished", n=view["n"], jobs=_jobs(view["n"]))]
    if view["open"]:
        said.append(
            t(
                "{n:,} 件未完成，其中 {late:,} 件已超限",
                "{n:,} still open, {late:,} of them already beyond the limit",
                n=view["open"],
                late=view["open_beyond_limit"],
            )
        )
    ppu, name = view["ppu"]["z"], (view["control"] or {"index": "Ppk"})["index"]
    if ppu is not None:
        said.append(t("过程能力 {name} {ppu:.2f}", "{name} {ppu:.2f}", name=name, ppu=ppu))
    if process["n"] and view["zones"]["grey"]["n"]:
        share = process["zones"]["angry"]["share"]
        said.append(t("不算灰区，超限 {share:.1%}", "{share:.1%} beyond it without the grey jobs", share=share))
    return t("；", "; ").join(said) + t("。", ".")


def _jobs(n: int) -> str:
    """The English word after a count."""
    return "job" if n == 1 else "jobs"


# --- the bars ---
def _bars(view: View, params: CapabilityParams, t: Tongue) -> str:
    target, limit = params.target_days, params.limit_days
    made = bars(view.days, view.grey, params)
    width, last = made.width, 0.5 + len(made.counts)
    at_target, at_limit = target / width + 0.5, limit / width + 0.5
    lines = [
        Line(at_target, t("承诺 {n:g} 天", "target {n:g} days", n=target), "delight"),
        Line(at_limit, t("底线 {n:g} 天", "limit {n:g} days", n=limit), "angry"),
    ]
    if len(view.days):
        mean = float(view.days.mean())
        place = min(mean / width + 0.5, last)
        lines.insert(0, Line(place, t("平均 {n:.1f}", "mean {n:.1f}", n=mean)))
    bounds = (0.5, at_target, at_limit, last)
    names = (t("惊喜区", "delight"), t("可接受", "acceptable"), t("愤怒区", "angry"))
    slot = (WIDTH - 58) / len(made.counts)
    return histogram(
        _bins(made),
        label=t("服务时长", "Time to serve"),
        zones=[
            Zone(low, high, _fitting(name, (high - low) * slot), code)
            for (low, high), name, code in zip(pairwise(bounds), names, ZONES, strict=True)
        ],
        lines=lines,
        x_name=t("从交给我们到可以取走，天", "days from handed in to ready"),
        width=WIDTH - 28,
        height=TALL,
        name="grey",
    )


def _fitting(name: str, room: float) -> str:
    """The name of a zone where there is room for it; the counts below name all of them anyway."""
    return name if svg.shortened(name, room - 8) == name else ""


def _bins(made: Bars) -> list[Bin]:
    last = len(made.counts) - 1
    return [
        Bin(_label(made.edges, at, at == last), made.counts[at], made.grey[at], made.zones[at])
        for at in range(len(made.counts))
    ]


def _label(edges: Sequence[float], at: int, last: bool) -> str:
    """The end of the bar; the last one is open."""
    return f">{edges[at]:.3g}" if last else f"{edges[at + 1]:.3g}"


# --- the four counts under it ---
def _cells(view: View, params: CapabilityParams, t: Tongue) -> list[str]:
    told, y = view.to_dict()["zones"], TOP + TALL + 14
    names = {
        "delight": t("惊喜区 ≤ {n:g} 天", "delight ≤ {n:g} days", n=params.target_days),
        "acceptable": t(
            "可接受 {low:g}–{high:g} 天", "acceptable {low:g}–{high:g}", low=params.target_days, high=params.limit_days
        ),
        "angry": t("愤怒区 > {n:g} 天", "angry > {n:g} days", n=params.limit_days),
        "grey": t("其中灰区", "of these grey"),
    }
    wide, parts = (WIDTH - 40) / 4, [svg.hatch("key"), svg.line(20, y - 8, WIDTH - 20, y - 8)]
    for place, (code, name) in enumerate(names.items()):
        x, zone = 20 + wide * place, told[code]
        fill = "url(#hatch)" if code == "grey" else svg.fill_of(code)
        share = "–" if zone["share"] is None else f"{zone['share']:.1%}"
        jobs = t("{n:,} 件", "{n:,} {jobs}", n=zone["n"], jobs=_jobs(zone["n"]))
        parts += [
            svg.rect(x, y + 6, 10, 10, fill.replace("#hatch", "#key")),
            svg.text(x + 16, y + 15, name, size=12, fill=svg.INK2),
            svg.text(x, y + 44, share, size=21, fill=svg.INKS.get(code, svg.INK), weight=600),
            svg.text(x + 14 + 11.5 * len(share), y + 43, jobs, size=12.5, fill=svg.INK3),
        ]
    return parts
