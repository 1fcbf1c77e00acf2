"""Pages of what every case has, one module per kind of page; three helpers that other rooms' pages use."""

from nch.cases.views.cases import case_files, case_timeline, safe_next

__all__ = ["case_files", "case_timeline", "safe_next"]
