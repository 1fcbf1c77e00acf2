"""Finds Swedish personal data in a short free text, so that it can be refused or confirmed away before it is saved.

The rules are data (`rules.toml`, `names.txt`). The page runs the very same ones while one types
(`static/js/personal-data.js`); a test holds the two to the same findings. Nothing here keeps or logs a text.
"""

from nch.common.personal_data.finder import find, holds_refused
from nch.common.personal_data.kinds import Finding, Kind, Severity
from nch.common.personal_data.rules import RULES_VERSION

__all__ = ["RULES_VERSION", "Finding", "Kind", "Severity", "find", "holds_refused"]
