"""Make the outlook anew, from the night's facts or from those of now."""

from holdfast.insight.outlook.services.making import make_outlook

__all__ = ["make_outlook"]
