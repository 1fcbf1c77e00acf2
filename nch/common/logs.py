"""What the server's log says of a request: enough to follow it, and nothing that is secret or tells of a person."""

import re

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

# Addresses that open something by themselves; whoever reads the log must not be able to follow them. The web server's
# log has the same list (deploy/nginx/nch.conf). What is new below /stodtelefon/schema/ is hidden until named here.
_TOKENS = re.compile(
    r"^(/inbjudan/|/konto/(?:password/reset/key|confirm-email)/(?!done/)"
    r"|/stodtelefon/schema/(?!kalender/$|byten/\d+/[a-z]+/$)).+"
)


class RequestLogMiddleware(RequestMiddleware):
    """Logs method and path, without the query string (searches may hold names) and without tokens."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        path = _TOKENS.sub(r"\1…", request.path)
        return f"{request.method} {path}"
