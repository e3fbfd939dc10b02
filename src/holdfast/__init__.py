"""Holdfast 守客: keep your customers for life."""

__version__ = "0.1.0"
