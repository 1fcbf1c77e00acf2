"""Where a row belongs: every model says its path to an organisation, or that it is national.

Each model of ours sets `organisation_path`: the lookup that leads to the Organisation that owns the row ("" where
the model is the organisation itself), or `NATIONAL` for material that is the same for everybody or NCH's own. A test
walks all models; selectors filter by the path.
"""

from typing import Final

NATIONAL: Final = "__national__"
