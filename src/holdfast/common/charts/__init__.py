"""Pictures for print: plain numbers and labels in, SVG text out.

Owns the printed palette and the shapes; knows nothing of Django, of customers, or of where the numbers come from.
Words: step (of a bridge), mark (a named point), bar, bin, zone, rhythm (marks of orders on a line).
"""

from holdfast.common.charts.bars import Bar, bars, lifecycle_bars, monthly, star_bars
from holdfast.common.charts.bridge import Step, axis_start, bridge
from holdfast.common.charts.curve import Mark, curve
from holdfast.common.charts.histogram import Bin, Line, Zone, histogram
from holdfast.common.charts.rhythm import Rhythm, rhythm, rhythm_strip

__all__ = [
    "Bar", "Bin", "Line", "Mark", "Rhythm", "Step", "Zone", "axis_start", "bars", "bridge", "curve", "histogram",
    "lifecycle_bars", "monthly", "rhythm", "rhythm_strip", "star_bars",
]  # fmt: skip
