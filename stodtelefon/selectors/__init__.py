"""Reading: lines and calls within the user's reach, code lists, public facts about the national line, and counts."""

from stodtelefon.selectors.calls import (
    UNKNOWN_COUNTY,
    CallCriteria,
    calls_for,
    found_calls_for,
    lines_for,
    lines_to_log_for,
    national_line,
    origin_of,
    whole_calls_for,
    with_parts,
)
from stodtelefon.selectors.codes import centres_to_refer_to, codes, codes_by_kind, municipalities
from stodtelefon.selectors.drafts import draft_for
from stodtelefon.selectors.lengths import CallSummary, summary_for
from stodtelefon.selectors.published import (
    FIRST_DAY,
    FIRST_YEAR,
    OTHER_COUNTIES,
    REMIT_BREAK_YEAR,
    CategoryFact,
    CountyFact,
    YearFact,
    latest_category_year,
    latest_county_year,
    published_per_category,
    published_per_county,
    published_per_year,
)

__all__ = [
    "FIRST_DAY",
    "FIRST_YEAR",
    "OTHER_COUNTIES",
    "REMIT_BREAK_YEAR",
    "UNKNOWN_COUNTY",
    "CallCriteria",
    "CallSummary",
    "CategoryFact",
    "CountyFact",
    "YearFact",
    "calls_for",
    "centres_to_refer_to",
    "codes",
    "codes_by_kind",
    "draft_for",
    "found_calls_for",
    "latest_category_year",
    "latest_county_year",
    "lines_for",
    "lines_to_log_for",
    "municipalities",
    "national_line",
    "origin_of",
    "published_per_category",
    "published_per_county",
    "published_per_year",
    "summary_for",
    "whole_calls_for",
    "with_parts",
]
