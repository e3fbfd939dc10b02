"""What can be wrong with a file or a cell: a code and its facts; sentences are made when shown."""

from typing import Literal

from holdfast.common.sheets.sentences import SENTENCES

Lang = Literal["zh", "en"]


def sentence(code: str, numbers: dict[str, object], lang: str = "zh") -> str:
    """The sentence of a stored code in Chinese or English."""
    chinese, english = SENTENCES[code]
    return (chinese if lang.startswith("zh") else english).format_map(_Gaps(numbers))


class _Gaps(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


class _Coded(ValueError):
    def __init__(self, code: str, **numbers: object) -> None:
        super().__init__(code)
        self.code = code
        self.numbers = numbers

    def sentence(self, lang: str = "zh") -> str:
        """What is wrong, where, and what to do next."""
        return sentence(self.code, self.numbers, lang)

    def __str__(self) -> str:
        return self.sentence("en")


class SheetError(_Coded):
    """A file, sheet or column that cannot be used at all."""


class CellError(_Coded):
    """One cell that cannot be read as what its column holds."""
