"""Numbers and money as people write them; exact decimals, minor units rounded half up once."""

import math
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, localcontext

from holdfast.common.sheets.errors import CellError
from holdfast.common.sheets.values.texts import BLANKS, is_missing, text_of

LARGEST = Decimal(10) ** 12
"""Numbers at or beyond this do not fit decimal(18,6), the type of unit prices."""

_CURRENCY = re.compile(
    r"(?:us|hk|nt|au|ca|s)?\$|[¥€£₩₽₹฿]|人民币|美元|港币|欧元|日元|rmb|cny|usd|eur|gbp|hkd|jpy|[元圆块]整?"
)
_UNITS = {"": 1, "千": 10**3, "万": 10**4, "萬": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "億": 10**8}
_SHAPE = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]*|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,4}(?:,[0-9]{4})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3})"
    r"(?:\.(?P<part>[0-9]*))?(?P<power>e[+-]?[0-9]{1,2})?"
    r"(?P<unit>千万|百万|[千万萬亿億])?(?P<percent>[%‰])?"
)
_MINUSES = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-", "'": "", "’": "", "_": "?", " ": "", "\xa0": ""})
_MARK = re.compile("[.,，．]")
_COMMA_STYLE = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|-?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|-?0,[0-9]+")
_POINT_STYLE = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|-?[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|-?0\.[0-9]+")
_EXPONENTS = {"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3} | dict.fromkeys(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF"), 0
)


def minor_exponent(currency: str) -> int:
    """Digits after the point of a currency: CNY 2, JPY 0, KWD 3 (ISO 4217)."""
    return _EXPONENTS.get(currency.upper(), 2)


def parse_number(value: object, *, decimal_comma: bool = False) -> Decimal | None:
    """A number as written by people; None when empty. Raises CellError.

    Reads ¥ $ 元, 千 万 亿, thousands marks, full-width digits, a minus before or after,
    (brackets) as negative, % and ‰.
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _plain(value)
    text = text_of(value)
    if text is None or is_missing(text):
        return None
    return _within(_read(text, decimal_comma), text)


def _plain(value: int | float | Decimal) -> Decimal | None:
    if isinstance(value, float) and math.isnan(value):
        return None
    return _within(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), str(value))


def _within(number: Decimal, text: str) -> Decimal:
    if not number.is_finite() or abs(number) >= LARGEST - Decimal("0.0000005"):
        raise CellError("number_too_large", text=text[:60])
    return number


def _read(text: str, decimal_comma: bool) -> Decimal:
    core, negative = _bare(text)
    if decimal_comma:
        core = core.replace(".", "\0").replace(",", ".").replace("\0", ",")
    match = _SHAPE.fullmatch(core)
    if match is None or not (match["whole"] or match["part"]):
        raise CellError("number", text=text[:60])
    number = _value(match)
    return -number if negative else number


def _bare(text: str) -> tuple[str, bool]:
    """Without currency, blanks and brackets; and whether brackets or a minus behind made it negative."""
    core = unicodedata.normalize("NFKC", text).strip(BLANKS).lower().translate(_MINUSES)
    bracketed = core.startswith("(") and core.endswith(")")
    core = _CURRENCY.sub("", core[1:-1] if bracketed else core)
    behind = len(core) > 1 and core.endswith("-") and not core.startswith("-")
    return (core[:-1] if behind else core), bracketed or behind


def _value(match: re.Match[str]) -> Decimal:
    whole, part = (match["whole"] or "0").replace(",", ""), match["part"] or "0"
    with localcontext() as context:
        context.prec = 60
        number = Decimal(f"{match['sign']}{whole}.{part}{match['power'] or ''}") * _UNITS[match["unit"] or ""]
        return number / {"%": 100, "‰": 1000, None: 1}[match["percent"]]


def rounded(number: Decimal, places: int) -> Decimal:
    """Half up, away from zero, so that a return mirrors its purchase."""
    with localcontext() as context:
        context.prec = 60
        return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def to_minor(amount: Decimal, *, exponent: int = 2) -> int:
    """An amount in whole minor units, rounded half up once."""
    return int(rounded(amount.scaleb(exponent), 0))


def parse_minor(value: object, *, exponent: int = 2, decimal_comma: bool = False) -> int | None:
    """A written amount in whole minor units; None when empty. Raises CellError."""
    amount = parse_number(value, decimal_comma=decimal_comma)
    return None if amount is None else to_minor(rounded(amount, 6), exponent=exponent)


def line_minor(quantity: Decimal, price: Decimal, *, exponent: int = 2) -> int:
    """Quantity (3 decimals) times unit price (6 decimals) in minor units, rounded half up once."""
    with localcontext() as context:
        context.prec = 60
        return to_minor(rounded(quantity, 3) * rounded(price, 6), exponent=exponent)


class NumberStyle:
    """Settles for one column whether the comma is the decimal mark (1.234,56).

    A lone `1,234` counts as thousands unless the rest of the column speaks for the comma.
    """

    def __init__(self) -> None:
        self._comma = self._point = 0

    def add(self, value: object, times: int = 1) -> None:
        """Look at one cell that stands `times` over; only text can tell."""
        if isinstance(value, str) and _MARK.search(value):
            core, _ = _bare(value)
            self._comma += times * bool(_COMMA_STYLE.fullmatch(core))
            self._point += times * bool(_POINT_STYLE.fullmatch(core))

    @property
    def seen_comma(self) -> bool:
        """True if any cell speaks for the comma."""
        return self._comma > 0

    @property
    def decimal_comma(self) -> bool:
        """True if some cells can only be read with a decimal comma, and more than only with a point."""
        return self._comma > self._point
