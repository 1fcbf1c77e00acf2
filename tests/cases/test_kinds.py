"""The kinds of tasks: each key belongs to one, and a filter finds what the grouping shows."""

import pytest
from django.utils import timezone

from nch.accounts.enums import Right
from nch.cases.follow_up import counts_per_kind
from nch.cases.kinds import ALL_KINDS, KINDS, OTHER, kind_of, of_kind
from nch.cases.models import Task
from nch.cases.services import open_task
from tests.factories.accounts import make_organisation

KEYS = ["assess:1", "assess:1:7", "assess-change:1", "pay-payment:3", "question:2:party", "something-new:1"]


def test_no_two_kinds_share_a_prefix() -> None:
    prefixes = [prefix for kind in KINDS for prefix in kind.prefixes]
    assert len(prefixes) == len(set(prefixes))


@pytest.mark.django_db
def test_filter_and_counts_agree_with_the_kind_of_each_key() -> None:
    organisation = make_organisation("nch")
    for key in KEYS:
        open_task(key, organisation=organisation, right=Right.ASSESS, title="x", url="/", at=timezone.now())
    for kind in ALL_KINDS:
        found = set(Task.objects.filter(of_kind(kind.code)).values_list("key", flat=True))
        assert found == {key for key in KEYS if kind_of(key) == kind}
        assert counts_per_kind(Task.objects.all()).get(kind.code, 0) == len(found)
    assert kind_of("something-new:1") == OTHER
