"""How the answers of a form are shown on every page that reads them."""

from django import template
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nch.questionnaires.models import AnswerFile
from nch.questionnaires.selectors import AnswerInWords

register = template.Library()


@register.simple_tag
def answer_in_words(answer: AnswerInWords, file_url: str = "") -> SafeString:
    """One answer as it is read; its files with links where `file_url` says where they are fetched.

    Most answers are text and are written here, not by a template: a page has all of a form.
    """
    if answer.grid:
        values = {"grid": answer.grid, "caption": answer.question.label}
        return render_to_string("questionnaires/grid.html", values)
    if answer.table:
        values = {"table": answer.table, "caption": answer.question.label}
        return render_to_string("questionnaires/table.html", values)
    if answer.files:
        return format_html(
            "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((_file(one, file_url),) for one in answer.files))
        )
    return format_html('<p class="nch-prose">{}</p>', linebreaksbr(answer.text))


def _file(file: AnswerFile, file_url: str) -> SafeString | str:
    return format_html('<a href="{}{}/">{}</a>', file_url, file.pk, file.name) if file_url else file.name
