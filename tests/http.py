"""Reading what a page answered."""

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse


def body_of(answer: HttpResponseBase) -> bytes:
    """Everything an answer holds, whether it was sent whole or in parts; it is closed afterwards."""
    if not isinstance(answer, HttpResponse | StreamingHttpResponse):
        raise TypeError(f"{answer!r} has no body.")
    body = answer.getvalue()
    answer.close()
    return body
