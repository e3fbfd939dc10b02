"""docs/metrics.md says what the code says."""

import importlib
import inspect
import pkgutil
import re

from tools import metrics

from holdfast import analysis


def test_the_book_of_formulas_is_current():
    assert metrics.PAGE.read_text(encoding="utf-8") == metrics.page(), "run tools/metrics.py"


def test_every_figure_names_its_source():
    chapters = re.split(r"^### ", metrics.page(), flags=re.MULTILINE)[1:]

    tables = [chapter for chapter in chapters if "**Out**" in chapter]
    assert len(tables) >= 20
    assert [chapter.splitlines()[0] for chapter in tables if "**Source**" not in chapter] == []


# How the figures are brought together, and not figures of their own.
PLUMBING = {"accounts", "spark"}
# What tells the shape or the unit of what goes in or comes out.
SHAPE = re.compile(
    r"\b(In|Out|Formula|Rule):|0–1|\b(shares?|days|weeks|periods|minor units|major units|points|percent|rows?|one row|"
    r"numbers?|null|true|whether|which|chance|gain|how many|column|policy|zone|weights|chart|address|session|sentences)\b",
    re.IGNORECASE,
)


def public_functions():
    """Name and function of everything that a package of the analysis offers."""
    for part in pkgutil.iter_modules(analysis.__path__):
        module = importlib.import_module(f"holdfast.analysis.{part.name}")
        for name in getattr(module, "__all__", ()):
            found = getattr(module, name)
            if inspect.isfunction(found) and found.__module__.startswith(module.__name__):
                yield f"{part.name}.{name}", found


def test_public_functions_of_the_analysis_tell_shape_errors_and_source():
    silent = {"source": [], "shape": [], "errors": []}
    functions = dict(public_functions())

    for name, function in functions.items():
        text = inspect.getdoc(function) or ""
        if name.split(".")[0] not in PLUMBING and not re.search(r"Source:|methods §", text):
            silent["source"].append(name)
        if not SHAPE.search(text):
            silent["shape"].append(name)
        if re.search(r"^\s+raise \w", inspect.getsource(function), re.MULTILINE) and "Error" not in text:
            silent["errors"].append(name)

    assert len(functions) > 150
    assert not any(silent.values()), silent
