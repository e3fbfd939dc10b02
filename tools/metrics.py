"""Write docs/metrics.md, the book of all formulas, from the docstrings of holdfast.analysis.

`python tools/metrics.py` writes the page; `--check` only says (exit status 1) whether it is out of date.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "metrics.md"
# In the order in which one would explain them.
MODULES = (
    "days",
    "rhythm",
    "rfm",
    "lifecycle",
    "grading",
    "integrity",
    "capability",
    "pareto",
    "matrix",
    "movement",
    "satisfaction",
    "service_level",
    "loyalty",
    "voice",
    "health",
    "success",
    "churn",
    "lifetime",
    "forecast",
    "demand",
    "reasons",
    "accounts",
)
HEAD = """# What every figure means

Every score of Holdfast with its formula, units and source. This page is written by `tools/metrics.py` from the
docstrings of `holdfast.analysis`; change it there. Money is in minor units (分, cents) unless said otherwise, days are
calendar days in the company's time zone, `as_of` is the end of that day. "methods" is the method specification, with
its published vectors; each vector is a test.
"""


def page() -> str:
    """The whole page."""
    chapters = [_chapter(importlib.import_module(f"holdfast.analysis.{name}"), name) for name in MODULES]
    return "\n".join([HEAD, *chapters])


def _chapter(module: ModuleType, name: str) -> str:
    title = (inspect.getdoc(module) or "").splitlines()[0]
    parts = [f"## {name}\n\n{title}\n"]
    parts += [_function(function) for function in _functions(module)]
    parts += [_settings(settings) for settings in _params(module)]
    return "\n".join(parts)


def _functions(module: ModuleType) -> Iterator[Callable[..., Any]]:
    """The module's own public functions in the order of its text, or of `__all__` in a package."""
    names = getattr(module, "__all__", None) or list(vars(module))
    for name in names:
        found = getattr(module, name)
        if inspect.isfunction(found) and not name.startswith("_") and _is_own(found, module):
            yield found


def _params(module: ModuleType) -> Iterator[type]:
    for name, found in list(vars(module).items()):
        is_settings = dataclasses.is_dataclass(found) and name.endswith(("Params", "Weights"))
        if is_settings and inspect.isclass(found) and _is_own(found, module):
            yield found


def _is_own(found: Any, module: ModuleType) -> bool:
    return bool(found.__module__ == module.__name__ or found.__module__.startswith(module.__name__ + "."))


def _function(function: Callable[..., Any]) -> str:
    summary, rest = _documentation(function)
    names = ", ".join(inspect.signature(function).parameters)
    return f"### {function.__name__}({names})\n\n{summary}\n{rest}"


def _settings(settings: type) -> str:
    summary, rest = _documentation(settings)
    rows = "\n".join(f"| {field.name} | {_default(field)} |" for field in dataclasses.fields(settings))
    return f"### Settings: {settings.__name__}\n\n{summary}\n{rest}\n| setting | default |\n|---|---|\n{rows}\n"


def _default(field: dataclasses.Field[Any]) -> str:
    value = field.default
    return f"see {type(value).__name__}" if dataclasses.is_dataclass(value) else str(value)


def _documentation(thing: Any) -> tuple[str, str]:
    """First line, and the rest with each labelled sentence on a line of its own."""
    text = inspect.getdoc(thing)
    if not text:
        raise SystemExit(f"{thing.__module__}.{thing.__name__} has no docstring")
    summary, _, rest = text.partition("\n")
    body = " ".join(rest.split())
    for label in ("In:", "Out:", "Formula:", "Source:", "Errors:", "Rule:", "Classes:", "Stages:", "Lines:"):
        body = body.replace(f" {label}", f"\n- **{label[:-1]}**:")
        if body.startswith(label):
            body = f"- **{label[:-1]}**:{body[len(label) :]}"
    if not body:
        return summary, ""
    return summary, f"\n{body}\n" if body.startswith("- ") else f"\n{body}\n".replace("\n- ", "\n\n- ", 1)


def main(arguments: list[str]) -> int:
    """Write the page, or with --check compare it."""
    text = page()
    if "--check" in arguments:
        current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        print("docs/metrics.md is current" if current else "docs/metrics.md is out of date: run tools/metrics.py")
        return 0 if current else 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
