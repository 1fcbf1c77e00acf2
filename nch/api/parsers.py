"""Reading what a client sends: no more than the limit, and no deeper than Python can follow."""

import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.parsers import JSONParser

from nch.api.problems import Problem


class LimitedJSONParser(JSONParser):
    """JSON of a reasonable size and depth. Raises RequestDataTooBig for larger, and Problem (400) for deeper."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        content = stream.read() if limit is None else stream.read(limit + 1)
        if limit is not None and len(content) > limit:
            raise RequestDataTooBig
        try:
            return super().parse(io.BytesIO(content), media_type, dict(parser_context or {}))
        except RecursionError as error:
            raise Problem(400, "Innehållet är nästlat för djupt.") from error
