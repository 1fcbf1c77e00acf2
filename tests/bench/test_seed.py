"""The bench's seeding, with tiny numbers: what it copies in past the services has to be what they would have made."""

import pytest
from django.db.models import Max
from django.utils import timezone

from bench.seed import note_seeded, seed, seeded_numbers
from bench.seed.multiply import multiply_calls
from grants.models import Application, Decision
from nch.audit.services import broken_links
from nch.cases.models import Case, DiarySeries
from nch.questionnaires.selectors import ResponseReader
from stodtelefon.models import ExposedIndividual, SupportCall
from stodtelefon.services.tallies import tally_differences


@pytest.mark.postgresql
@pytest.mark.django_db
def test_seed_makes_whole_applications_and_a_whole_log() -> None:
    now = timezone.now()

    counts = seed(applications=45, calls=60, now=now)
    note_seeded(45, 60)

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


@pytest.mark.postgresql
@pytest.mark.django_db
def test_multiplied_calls_are_tallied_as_they_are() -> None:
    seed(applications=45, calls=60)
    assert tally_differences() == {}
    individuals = ExposedIndividual.objects.count()

    multiply_calls(4)

    assert SupportCall.objects.count() == 4 * 60
    assert ExposedIndividual.objects.count() == 4 * individuals
    assert tally_differences() == {}
    assert SupportCall.objects.values("county", "caller_category").distinct().count() > 60
