"""Pages of lists: found from the nearer end, in the order asked for, and never overlapping."""

import pytest
from django import forms
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import F
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.template.loader import get_template
from django.test import RequestFactory

from nch.common import lists
from nch.common.lists import KeyPaginator, SortedListView, number_of
from nch.common.templatetags.forms import select_options
from nch.counties.models import Municipality, Organisation
from tests.factories.accounts import make_organisation

PER_PAGE = 4


class Listing(SortedListView):
    sort_fields = {"name": "sort_key", "county": ("county", "-sort_key")}
    default_sort = "-name"


@pytest.mark.django_db
@pytest.mark.usefixtures("country")
@pytest.mark.parametrize("rows", [0, 1, 4, 5, 8, 9, 23])
@pytest.mark.parametrize("order", [("county", "-pk"), ("-sort_key", "pk"), (F("sort_key").asc(nulls_last=True), "pk")])
def test_pages_of_keys_are_the_pages_of_the_whole_list(rows: int, order: tuple[str | F, ...]) -> None:
    chosen = Municipality.objects.order_by("pk").values_list("pk", flat=True)[:rows]
    queryset = Municipality.objects.filter(pk__in=list(chosen)).order_by(*order)
    keys = queryset.values_list("pk", flat=True)
    found, expected = KeyPaginator(keys, PER_PAGE, count=keys.count), Paginator(queryset, PER_PAGE)
    assert found.num_pages == expected.num_pages
    for number in expected.page_range:
        page = found.page(number)
        assert list(queryset.filter(pk__in=page.object_list)) == list(expected.page(number))
        assert (page.start_index(), page.end_index()) == (
            expected.page(number).start_index(),
            expected.page(number).end_index(),
        )


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["-sort_key", "-pk"]),
        ("name", ["sort_key", "-pk"]),
        ("county", ["county", "-sort_key", "-pk"]),
        ("-county", ["-county", "sort_key", "pk"]),
        ("password", ["sort_key", "-pk"]),
    ],
)
def test_an_order_of_several_columns_is_turned_as_a_whole(sort: str, order: list[str]) -> None:
    view = Listing()
    view.setup(RequestFactory().get("/", {"sort": sort}))
    assert view.sort_order() == order


def test_options_are_written_as_django_writes_them() -> None:
    choices = [("", "Alla"), ("Grupp <1>", [("a", "Å & ä"), ("b'", "<b>")]), (3, "Tre")]
    widget = forms.Select(choices=choices)
    context = widget.get_context("x", "b'", {"id": "id_x"})
    django = get_template("django/forms/widgets/select_option.html")
    expected = ""
    for name, options, _ in context["widget"]["optgroups"]:
        inside = "".join(f"\n  {django.render({'widget': option}).strip()}" for option in options)
        expected += f'\n  <optgroup label="Grupp &lt;1&gt;">{inside}\n  </optgroup>' if name else inside
    assert select_options(context["widget"]["optgroups"]) == expected


@pytest.mark.parametrize(
    "widget",
    [
        forms.TextInput(attrs={"class": "a & b", "required": True, "disabled": False, "data-x": None, "maxlength": 3}),
        forms.CheckboxInput(attrs={"aria-label": '"Ja" & <nej>'}),
        forms.NumberInput(),
    ],
)
@pytest.mark.parametrize("value", ["", "<å>'", 0, True, None])
def test_inputs_are_written_as_django_writes_them(widget: forms.Widget, value: object) -> None:
    ours, djangos = (
        widget.render("x&y", value, {"id": "id_x"}, renderer) for renderer in (TemplatesSetting(), DjangoTemplates())
    )
    assert ours == djangos


@pytest.mark.django_db
def test_few_rows_are_counted_anew_and_many_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    rows = Organisation.objects.filter(kind="university").order_by("name")
    monkeypatch.setattr(lists, "COUNTED_ANEW", 3)
    for number in range(1, 4):
        make_organisation("university")
        assert number_of(rows) == number
    make_organisation("university")
    assert number_of(rows) == 4
    make_organisation("university")
    assert number_of(rows) == 4
    assert number_of(rows.exclude(name="")) == 5
    assert number_of(rows.none()) == 0
    cache.clear()
    assert number_of(rows) == 5
