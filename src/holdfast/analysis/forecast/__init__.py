"""What lies ahead of each customer, from the model that proved best on the company's own past (methods §4, §5).

Owns the choice of model, the back-tests, and the forecast columns of the customers table.
Words: origin a day to look from, window the days after it, level how high chances are, order who comes first.
"""

from holdfast.analysis.forecast.columns import Forecast, forecast
from holdfast.analysis.forecast.terms import DEFAULTS, METHODS, ForecastParams
from holdfast.analysis.forecast.why import PARTS, Sight, why
from holdfast.analysis.forecast.words import spoken

__all__ = ["DEFAULTS", "METHODS", "PARTS", "Forecast", "ForecastParams", "Sight", "forecast", "spoken", "why"]
