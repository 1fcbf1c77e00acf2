"""The page components: what they say, what they escape, and that they keep the address's other parameters."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from nch.common.components import due_words, form_errors, table_cells

HOSTILE = "<script>alert('å')</script>"
ESCAPED = "&lt;script&gt;"
NBSP = "\u00a0"


class SampleForm(forms.Form):
    name = forms.CharField(label="Namn", help_text="Som i beslutet.")
    note = forms.CharField(label="Anteckning", required=False, widget=forms.Textarea)
    phase = forms.ChoiceField(label="Fas?", choices=[("a", "Orientering"), ("b", HOSTILE)], widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label="Slag",
        choices=[("Grupp", [("x", "Ex")]), ("y", "Yp")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    county = forms.ChoiceField(label="Län", choices=[("05", "Östergötland")], required=False)
    agree = forms.BooleanField(label="Jag intygar", required=False)
    plan = forms.FileField(label="Plan", required=False)
    at = forms.SplitDateTimeField(label="Tidpunkt", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def render(source: str, *, path: str = "/lista/", **context: Any) -> str:
    context["request"] = RequestFactory().get(path)
    return Template(source).render(Context(context))


def field_html(name: str, data: dict[str, Any] | None = None, **context: Any) -> str:
    return render("{% field form." + name + " %}", form=SampleForm(data), **context)


# --- Field ----------------------------------------------------------------------------------------------------------
def test_field_ties_label_and_hint_to_the_control() -> None:
    html = field_html("name")
    assert '<label class="label" for="id_name">Namn</label>' in html
    assert 'id="id_name_helptext">Som i beslutet.</div>' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert "text-field__input" in html


def test_field_shows_its_error_beside_it_and_says_that_it_is_invalid() -> None:
    html = field_html("name", {"name": ""})
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert html.index("id_name_error") < html.index("<input")


def test_field_marks_what_is_optional_and_only_that() -> None:
    assert "(frivilligt)" in field_html("note")
    assert "(frivilligt)" not in field_html("name")
    assert "(frivilligt)" not in field_html("agree")


@pytest.mark.parametrize("name", ["phase", "kinds", "at"])
def test_field_groups_controls_in_a_fieldset_with_a_legend(name: str) -> None:
    html = field_html(name)
    assert "<fieldset" in html
    assert "<legend" in html


def test_field_with_radios_gives_each_a_label_of_its_own_and_escapes_it() -> None:
    html = field_html("phase", {"phase": "a"})
    assert 'for="id_phase_0">Orientering</label>' in html
    assert "checked" in html
    assert ESCAPED in html
    assert HOSTILE not in html


def test_field_with_an_error_in_a_group_is_described_on_the_fieldset() -> None:
    assert '<fieldset class="nch-group" aria-describedby="id_phase_error">' in field_html("phase", {"phase": ""})


def test_field_names_the_subgroups_of_choices() -> None:
    assert '<p class="nch-choices__name">Grupp</p>' in field_html("kinds")


def test_field_for_a_file_says_the_limit_and_gives_it_to_the_browser(settings: Any) -> None:
    settings.MAX_FILE_BYTES = 3 * 1024**2
    html = field_html("plan")
    assert "Högst 3 MB." in html
    assert 'data-max-bytes="3145728"' in html
    assert 'aria-describedby="id_plan_helptext"' in html


def test_field_names_the_parts_of_a_compound_control() -> None:
    html = field_html("at")
    assert 'aria-label="Tidpunkt, datum"' in html
    assert 'aria-label="Tidpunkt, klockslag"' in html


def test_field_shows_the_previous_answer_escaped_and_tied_to_the_control() -> None:
    html = render("{% field form.name previous=old %}", form=SampleForm(), old=HOSTILE)
    assert 'aria-describedby="id_name_helptext id_name_previous"' in html
    assert ESCAPED in html
    assert HOSTILE not in html


def test_field_escapes_labels_hints_and_what_was_typed() -> None:
    form = SampleForm({"name": f'"{HOSTILE}'})
    form.fields["name"].label = HOSTILE
    form.fields["name"].help_text = HOSTILE
    assert "<script>" not in render("{% field form.name %}", form=form)


def test_field_leaves_a_hint_that_is_marked_safe_as_it_is() -> None:
    form = SampleForm()
    form.fields["name"].help_text = mark_safe('<a href="#">hjälp</a>')
    assert '<a href="#">hjälp</a>' in render("{% field form.name %}", form=form)


def test_field_that_is_hidden_is_the_control_alone() -> None:
    assert render("{% field form.token %}", form=SampleForm()).strip().startswith('<input type="hidden"')


# --- Error summary --------------------------------------------------------------------------------------------------
def test_error_summary_links_to_the_controls_of_every_form() -> None:
    first, second = SampleForm({}, prefix="a"), SampleForm({}, prefix="b")
    html = render("{% error_summary first second %}", first=first, second=second)
    assert "Det finns fel i formuläret" in html
    assert 'role="alert"' in html
    assert 'tabindex="-1"' in html
    assert 'href="#id_a-name"' in html
    assert 'href="#id_b-name"' in html


def test_error_summary_goes_to_the_first_radio_of_a_group() -> None:
    form = SampleForm({"name": "x"})
    html = render("{% error_summary form %}", form=form)
    assert 'href="#id_phase_0"' in html
    assert 'id="id_phase_0"' in render("{% field form.phase %}", form=form)
    assert "Fas? " in html
    assert "Fas?:" not in html


def test_error_summary_reads_formsets_and_lists() -> None:
    formset = forms.formset_factory(SampleForm, extra=2, min_num=1)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "", "form-0-phase": "a"}
    )
    assert [error.target for error in form_errors([[formset]])] == ["id_form-0-name"]


def test_error_summary_shows_errors_of_the_whole_form_without_a_link() -> None:
    form = SampleForm({"name": "x", "phase": "a"})
    form.add_error(None, HOSTILE)
    html = render("{% error_summary form %}", form=form)
    assert ESCAPED in html
    assert "<a " not in html


def test_error_summary_is_nothing_when_all_is_well() -> None:
    unbound, none = SampleForm(), None
    assert render("{% error_summary form none %}", form=unbound, none=none).strip() == ""


def test_error_summary_finds_an_empty_file() -> None:
    form = SampleForm({"name": "x", "phase": "a"}, {"plan": SimpleUploadedFile("tom.pdf", b"")})
    assert [error.target for error in form_errors([form])] == ["id_plan"]


# --- Lists ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "order", "target"),
    [
        ("/lista/", "", "sort=county"),
        ("/lista/?sort=county", "ascending", "sort=-county"),
        ("/lista/?sort=-county", "descending", "sort=county"),
        ("/lista/?sort=year", "", "sort=county"),
    ],
)
def test_sort_header_turns_the_order(path: str, order: str, target: str) -> None:
    html = render('{% sort_header "Län" "county" %}', path=path)
    assert f'?{target}"' in html
    assert (f'aria-sort="{order}"' in html) if order else ("aria-sort" not in html)


def test_sort_header_keeps_filters_and_starts_over_at_the_first_page() -> None:
    html = render('{% sort_header "Län" "county" %}', path="/lista/?q=å+ä&page=3&year=2025&year=2026")
    assert "q=%C3%A5+%C3%A4&amp;year=2025&amp;year=2026&amp;sort=county" in html
    assert "page=" not in html


def test_sort_header_knows_the_default_order_from_the_context() -> None:
    assert 'aria-sort="descending"' in render('{% sort_header "Öppnat" "opened" %}', current_sort="-opened")


def test_pagination_keeps_the_parameters_and_says_where_one_is() -> None:
    html = render("{% pagination page %}", path="/lista/?q=%22%3E&page=2", page=Paginator(range(312), 25).page(2))
    assert "Visar 26–50 av 312" in html
    assert "?q=%22%3E&amp;page=3" in html
    assert html.count('aria-current="page"') == 1


def test_pagination_with_one_page_has_no_links_and_without_rows_says_so() -> None:
    assert "<nav" not in render("{% pagination page %}", page=Paginator(range(3), 25).page(1))
    assert "Inga träffar" in render("{% pagination page %}", page=Paginator([], 25).page(1))


def test_pagination_groups_large_numbers() -> None:
    html = render("{% pagination page %}", page=Paginator(range(12345), 25).page(400))
    assert f"Visar 9{NBSP}976–10{NBSP}000 av 12{NBSP}345" in html


def test_filter_bar_keeps_the_order_and_drops_the_page() -> None:
    class Filter(forms.Form):
        q = forms.CharField(label="Sök", required=False)

    html = render("{% filter_bar form %}", path="/lista/?q=x&sort=-year&page=4", form=Filter({"q": HOSTILE}))
    assert 'name="sort" value="-year"' in html
    assert 'name="page"' not in html
    assert 'href="/lista/?sort=-year"' in html
    assert "(frivilligt)" not in html
    assert HOSTILE not in html


def test_filter_bar_takes_a_filterset() -> None:
    class Filter(forms.Form):
        q = forms.CharField(label="Sök", required=False)

    assert 'id="id_q"' in render("{% filter_bar filterset %}", filterset=SimpleNamespace(form=Filter()))


def test_task_list_shows_overdue_in_words_and_escapes() -> None:
    due = timezone.localdate() - datetime.timedelta(days=2)
    task = {"title": HOSTILE, "url": "/t/", "status_label": "Utkast", "status_tone": "info", "hint": "", "due": due}
    html = render("{% task_list tasks %}", tasks=[task])
    assert "2 dagar försenad" in html
    assert ESCAPED in html
    assert "badge--info-inverted" in html


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (-1, "1 dag försenad", "danger"),
        (0, "i dag", "warning"),
        (1, "i morgon", "warning"),
        (3, "om 3 dagar", "warning"),
        (4, "om 4 dagar", "neutral"),
    ],
)
def test_due_words_get_sharper_as_the_day_comes(days: int, words: str, tone: str) -> None:
    today = datetime.date(2026, 3, 1)
    text, shown_tone = due_words(today + datetime.timedelta(days=days), today=today)
    assert words in text
    assert shown_tone == tone


def test_due_words_without_a_day_are_none() -> None:
    assert due_words(None) == ("", "neutral")


def test_timeline_and_files_escape_what_people_wrote() -> None:
    entry = SimpleNamespace(at=timezone.now(), title=HOSTILE, actor=HOSTILE, text=HOSTILE, url="")
    file = SimpleNamespace(title=HOSTILE, url='"><script>', meta=HOSTILE)
    html = render("{% timeline entries %}{% file_list files %}", entries=[entry], files=[file])
    assert "<script>" not in html
    assert '<time datetime="' in html


def test_summary_list_shows_a_dash_for_what_is_missing_and_keeps_zero() -> None:
    html = render("{% summary_list pairs %}", pairs=[("Beslut", None), ("Antal", 0), ("Namn", HOSTILE)])
    assert "<dd>–</dd>" in html
    assert "<dd>0</dd>" in html
    assert ESCAPED in html


# --- Figures and numbers --------------------------------------------------------------------------------------------
def test_figure_block_puts_the_table_beside_the_picture() -> None:
    figure = SimpleNamespace(
        title=HOSTILE,
        svg=mark_safe("<svg></svg>"),
        unit="antal",
        source="NCH",
        note="",
        columns=["År", "Samtal"],
        rows=[["2022", 1452], ["2023", ".."]],
        download_links=[("CSV", "/csv/")],
    )
    html = render("{% figure_block figure level=2 %}", figure=figure)
    assert "<svg></svg>" in html
    assert f'<td class="num">1{NBSP}452</td>' in html
    assert '<td class="num">..</td>' in html
    assert '<th scope="row">2022</th>' in html
    assert '<h2 class="nch-figure__title">' in html
    assert HOSTILE not in html


def test_table_cells_align_only_columns_of_numbers() -> None:
    head, body = table_cells(["Län", "Läge", "Antal"], [["Skåne", "Klar", 3], ["Örebro", "2", "–"]])
    assert [cell.numeric for cell in head] == [False, False, True]
    assert [cell.text for cell in body[1]] == ["Örebro", "2", "–"]


def test_key_number_writes_numbers_in_swedish() -> None:
    html = render('{% key_number "Utbetalt" value "kr" trend %}', value=13913620, trend=HOSTILE)
    assert f"13{NBSP}913{NBSP}620" in html
    assert ESCAPED in html


def test_progress_says_how_far_in_words_and_for_machines() -> None:
    html = render('{% progress 3 10 "Besvarat" %}')
    assert 'max="10" value="3"' in html
    assert "3 av 10" in html
    assert "value=" not in render('{% progress None 10 "Pågår" %}')


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ 1234567|kr }}", f"1{NBSP}234{NBSP}567{NBSP}kr"),
        ("{{ none|kr }}{{ none|number }}{{ none|swedish_date }}{{ none|swedish_datetime }}", "––––"),
        ("{{ 0|kr }}", f"0{NBSP}kr"),
        ("{{ value|number:1 }}", "2,5"),
        ("{{ day|swedish_date_long }}", "21 november 2026"),
        ("{{ day|swedish_datetime }}", "2026-11-21"),
    ],
)
def test_filters_write_swedish_and_a_dash_for_nothing(source: str, expected: str) -> None:
    assert render(source, none=None, value=2.5, day=datetime.date(2026, 11, 21)) == expected


# --- Small parts ----------------------------------------------------------------------------------------------------
def test_status_tag_escapes_and_falls_back_to_neutral() -> None:
    html = render("{% status_tag label tone %}", label=HOSTILE, tone='"><b>')
    assert ESCAPED in html
    assert "badge--default-inverted" in html
    assert "<b>" not in html


def test_confirm_button_asks_and_posts_with_a_token() -> None:
    html = render(
        '{% confirm_button "Lämna in" url question version=3 %}', url="/in/", question=HOSTILE, csrf_token="abc"
    )
    assert '<form class="nch-confirm__form" method="post" action="/in/">' in html
    assert 'name="csrfmiddlewaretoken" value="abc"' in html
    assert 'name="version" value="3"' in html
    assert "Ja, lämna in" in html
    assert ESCAPED in html


def test_empty_state_shows_an_action_only_with_an_address() -> None:
    assert "<a " not in render('{% empty_state "Tomt" text "Gör något" %}', text=HOSTILE)
    assert 'href="/ny/"' in render('{% empty_state "Tomt" "Inget än." "Ny" "/ny/" %}')


def test_blocks_render_what_is_between_their_tags_and_escape_their_names() -> None:
    html = render("{% table_region name %}<table>{{ cell }}</table>{% endtable_region %}", name='"><b>', cell=HOSTILE)
    assert 'tabindex="0" role="region" aria-label="&quot;&gt;&lt;b&gt;"><table>' in html
    assert HOSTILE not in html
    box = render('{% message_box "danger" title %}<p>{{ text }}</p>{% endmessage_box %}', title=HOSTILE, text="Så här")
    assert "message-box--error-short" in box
    assert "<p>Så här</p>" in box
    assert HOSTILE not in box


def test_breadcrumbs_end_with_the_page_itself() -> None:
    html = render('{% breadcrumbs "Ärenden" "/arenden/" title %}', title=HOSTILE)
    assert '<a href="/arenden/">Ärenden</a>' in html
    assert f'<span aria-current="page">{ESCAPED}' in html


# --- Pages ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "413", "500"])
def test_error_pages_render_without_a_request_and_without_inline_script_or_style(name: str) -> None:
    html = render_to_string(f"{name}.html", {"limit_megabytes": 20})
    assert "data-error-page" in html
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick" not in html


def test_the_page_about_a_too_large_file_says_the_limit_and_what_is_kept() -> None:
    html = render_to_string("413.html", {"limit_megabytes": 20})
    assert "20 MB" in html
    assert "sparats automatiskt finns kvar" in html


def test_gallery_shows_every_component() -> None:
    from nch.common.gallery import gallery

    request = RequestFactory().get("/galleri/?sort=county&page=2")
    html = gallery(request).content.decode()
    assert "Det finns fel i formuläret" in html
    assert "Visar 26–50 av 312" in html
    assert " style=" not in html


@pytest.mark.parametrize("render", ["first", "remembered"])
def test_url_is_djangos_also_when_it_remembers(render: str) -> None:
    page = Template(
        "{% url 'case_detail' pk %} {% url 'case_detail' pk=pk %} {% url 'no_such' as none %}[{{ none }}]"
        "{% url 'document_download' pk 2 as there %}{{ there }}"
    )
    expected = " ".join([reverse("case_detail", args=[7])] * 2) + f" []{reverse('document_download', args=[7, 2])}"
    assert page.render(Context({"pk": 7})) == expected
    with pytest.raises(NoReverseMatch):
        Template("{% url 'no_such' %}").render(Context())
    with pytest.raises(NoReverseMatch):
        Template("{% url 'case_detail' 'x' %}").render(Context())
