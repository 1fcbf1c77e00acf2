"""Uploads that are too large are stopped before they fill a disk, and with a page that says so."""

from collections.abc import Callable

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class RequestSizeMiddleware:
    """Answer 413 to a request whose declared size no form of ours can need, before its body is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            declared = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            declared = 0
        if declared > settings.MAX_REQUEST_BYTES:
            limit = settings.MAX_FILE_BYTES // 1024**2
            response = render(request, "413.html", {"limit_megabytes": limit}, status=413)
            response["Connection"] = "close"
            return response
        return self.get_response(request)


class FileSizeUploadHandler(FileUploadHandler):
    """Let go of a file that passes the limit and keep the rest of the form.

    The names of such fields stay in `request.META["nch.too_large_files"]`, so that the form can say what happened.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.MAX_FILE_BYTES:
            request = self.request
            if request is not None:
                request.META.setdefault("nch.too_large_files", set()).add(self.field_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
