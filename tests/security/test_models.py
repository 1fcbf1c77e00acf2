"""Every model of ours says where its rows belong, and the path it gives leads to an organisation."""

import pytest
from django.apps import apps
from django.db.models import Model

from nch.common.scope import NATIONAL
from nch.counties.models import Organisation

OURS = [
    model
    for model in apps.get_models()
    if model.__module__.split(".")[0] in {"nch", "grants", "resurscentra", "stodtelefon", "reports"}
]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_model_declares_its_path_to_an_organisation(model: type[Model]) -> None:
    path = model.organisation_path  # type: ignore[attr-defined]
    if path == NATIONAL:
        return
    target = model
    for step in filter(None, path.split("__")):
        target = target._meta.get_field(step).related_model  # type: ignore[assignment]
    assert target is Organisation


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_national_model_holds_no_key_to_an_organisation_of_a_county(model: type[Model]) -> None:
    keys = {
        f.name for f in model._meta.get_fields() if f.is_relation and f.related_model is Organisation and f.concrete
    }
    if model.organisation_path == NATIONAL:  # type: ignore[attr-defined]
        assert keys <= {"grantor", "invited"}
