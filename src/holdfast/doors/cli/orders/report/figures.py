"""How money, shares and days read in the report, in Chinese and in English. Amounts are whole minor units."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from holdfast.common.sheets import minor_exponent
from holdfast.doors.cli.tongue import Tongue

DASH, MINUS = "—", "−"
_SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$", "KRW": "₩", "INR": "₹"}
_UNITS = {
    "zh": ((10**8, 2, " 亿"), (10**4, 1, " 万")),
    "en": ((10**9, 2, "B"), (10**6, 2, "M"), (10**3, 0, "K")),
}


@dataclass(frozen=True)
class Figures:
    """Figures of one currency in one language."""

    currency: str
    tongue: Tongue

    @property
    def symbol(self) -> str:
        """¥, $ …, or the code and a blank."""
        return _SYMBOLS.get(self.currency, f"{self.currency} ")

    @property
    def exponent(self) -> int:
        """Digits after the point of the currency."""
        return minor_exponent(self.currency)

    def major(self, minor: int) -> Decimal:
        """The amount in the currency itself, exact."""
        return Decimal(minor).scaleb(-self.exponent)

    def money(self, minor: int | None, *, plus: bool = False) -> str:
        """Short: ¥68.2 万, ¥1.37M."""
        if minor is None:
            return DASH
        amount = abs(self.major(minor))
        size, digits, unit = next((u for u in _UNITS[self.tongue.lang] if amount >= u[0]), (1, 0, ""))
        return self._signed(minor, f"{amount / size:,.{digits}f}", plus, self.symbol) + unit

    def whole(self, minor: int | None, *, plus: bool = False) -> str:
        """For tables: whole units with commas, no symbol."""
        if minor is None:
            return DASH
        return self._signed(minor, f"{abs(self.major(minor)):,.0f}", plus)

    @staticmethod
    def _signed(minor: int, amount: str, plus: bool, symbol: str = "") -> str:
        """With its sign, unless what is shown is zero."""
        shown = amount.strip("0.,") != ""
        sign = (MINUS if minor < 0 else "+" if plus else "") if shown else ""
        return f"{sign}{symbol}{amount}"

    def count(self, number: int) -> str:
        """1,286."""
        return f"{number:,}"

    def percent(self, share: float | None) -> str:
        """0.312 → 31.2%."""
        return DASH if share is None or share != share else f"{share * 100:.1f}%".replace("-", MINUS)

    def day(self, day: date | None) -> str:
        """2025-11-23, or 23 Nov 2025."""
        if day is None:
            return DASH
        return day.isoformat() if self.tongue.lang == "zh" else f"{day.day} {day:%b %Y}"

    def month(self, label: str) -> str:
        """`2010-11` → 2010 年 11 月, or November 2010."""
        first = date.fromisoformat(f"{label}-01")
        return self.tongue("{y} 年 {m} 月", "{name} {y}", y=first.year, m=first.month, name=f"{first:%B}")

    def short_month(self, label: str) -> str:
        """`2010-11` → 11 月, or Nov 2010: for the foot of a chart."""
        first = date.fromisoformat(f"{label}-01")
        return self.tongue("{m} 月", "{name} {y}", y=first.year, m=first.month, name=f"{first:%b}")

    def axis(self, largest_minor: int) -> tuple[Decimal, str]:
        """What a chart divides minor units by, and the name of that unit."""
        amount = abs(self.major(largest_minor))
        unit = self.tongue("元", self.currency) if self.currency == "CNY" else self.currency
        for size, zh, en in ((10**8, "亿", "million"), (10**4, "万", "thousand")):
            english = {10**8: 10**6, 10**4: 10**3}[size]
            if self.tongue.lang == "zh" and amount >= size * 10:
                return Decimal(size).scaleb(self.exponent), f"{zh}{unit}"
            if self.tongue.lang == "en" and amount >= english * 10:
                return Decimal(english).scaleb(self.exponent), f"{unit} {en}s" if size == 10**8 else f"{unit} {en}"
        return Decimal(1).scaleb(self.exponent), unit
