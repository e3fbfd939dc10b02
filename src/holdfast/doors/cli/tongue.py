"""The user's language on the command line: Chinese where the machine speaks it, else English."""

import os
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Tongue:
    """Chooses between the two wordings of a sentence and fills in its facts."""

    lang: str

    def __call__(self, chinese: str, english: str, **facts: object) -> str:
        text = chinese if self.lang == "zh" else english
        return text.format(**facts) if facts else text


_spoken: ContextVar[Tongue | None] = ContextVar("spoken", default=None)


def spoken() -> Tongue:
    """The tongue of the command that is running."""
    return _spoken.get() or Tongue(_of_machine(os.environ))


def speak(tongue: Tongue) -> None:
    """Settle the tongue for the command that is about to run."""
    _spoken.set(tongue)


def choose(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Tongue:
    """`--lang` if given, else the locale of the environment (LC_ALL, LC_MESSAGES, LANG)."""
    given = _given(arguments)
    return Tongue(given if given in LANGUAGES else _of_machine(os.environ if environment is None else environment))


def _given(arguments: Sequence[str]) -> str | None:
    for at, word in enumerate(arguments):
        if word == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return None


def _of_machine(environment: Mapping[str, str]) -> str:
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((name for name in names if name), "")
    return "zh" if locale.lower().startswith("zh") else "en"
