"""The figures of pages and reports, as SVG.

A figure says nothing that the table beside it does not say. Its `title` is the text alternative and should
say the finding; it is not drawn, because the page writes it as a heading or caption. Draw a figure twice,
with `width` 640 and 320, where it must be read both on a wide page and on a telephone.
"""

from reports.figures.charts.bars import bar_chart, stacked_bar_chart
from reports.figures.charts.columns import column_chart
from reports.figures.charts.grids import grid_chart
from reports.figures.charts.inputs import NARROW, PROTECTED, WIDE, Break, Point, Series
from reports.figures.charts.intervals import Interval, interval_chart
from reports.figures.charts.lines import line_chart
from reports.figures.charts.maps import county_codes, county_map
from reports.figures.charts.multiples import small_multiples

__all__ = [
    "NARROW",
    "PROTECTED",
    "WIDE",
    "Break",
    "Interval",
    "Point",
    "Series",
    "bar_chart",
    "column_chart",
    "county_codes",
    "county_map",
    "grid_chart",
    "interval_chart",
    "line_chart",
    "small_multiples",
    "stacked_bar_chart",
]
