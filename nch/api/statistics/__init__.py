"""The statistics API, in the words of PxWebApi 2: what Statistics Sweden's clients speak.

`described` is what the OpenAPI description says, `queries` reads what a client asks, `answers` renders and keeps it;
`tables`, `data`, `saved` and `catalogue` are the views. Nothing here reads a table but through
`reports.statistics.published`.
"""

from typing import Final

API_VERSION: Final = "2.0.0"
