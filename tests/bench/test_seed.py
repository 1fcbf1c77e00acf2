"""The bench's seeding, with tiny numbers: what it copies in past the services has to be what they would have made."""

import pytest
from django.db.models import Max
from django.utils import timezone

from bench.seed import seed, seeded_numbers
from grants.models import Application, Decision
from nch.audit.services import broken_links
from nch.cases.models import Case, DiarySeries
from nch.questionnaires.selectors import ResponseReader
from stodtelefon.models import SupportCall


@pytest.mark.postgresql
@pytest.mark.django_db
def test_seed_makes_whole_applications_and_a_whole_log() -> None:
    now = timezone.now()

    counts = seed(applications=45, calls=60, now=now)

    assert (Application.objects.count(), SupportCall.objects.count()) == (45, 60)
    assert (counts[Application], seeded_numbers()) == (45, (45, 60))
    assert list(broken_links()) == []
    last = dict(Case.objects.order_by("year").values_list("year").annotate(last=Max("number")))
    assert dict(DiarySeries.objects.values_list("year", "last_number")) == last
    decided = Decision.objects.filter(state="signed").select_related("application__response", "document").first()
    assert decided is not None
    assert all(state.is_complete for state in ResponseReader(decided.application.response).states())
    assert decided.document is not None
    assert decided.document.case_id == decided.application.case_id
