"""Addresses that only a button leads to: whoever asks to read one is told so, and shown the way to the page above."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve


class OnlyByButtonMiddleware:
    """Gives a page of ours instead of the browser's blank one, as when Enter is pressed in the address bar after a
    button has been used. Answers that say something themselves, as the API's, are left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code != 405 or request.method != "GET" or answer.content:
            return answer
        page = render(request, "405.html", {"above": page_above(request.path)}, status=405)
        page["Allow"] = answer["Allow"]
        return page


def page_above(path: str) -> str:
    """The nearest address above that there is."""
    parts = path.strip("/").split("/")
    for number in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:number])}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return "/"
