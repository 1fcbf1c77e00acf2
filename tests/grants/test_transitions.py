"""The whole state × state matrix of an application."""

import itertools

import pytest
from django.utils import timezone

from grants.enums import ApplicationState as State
from grants.models import Application, ApplicationMove
from grants.services.applications import move_application
from grants.services.errors import GrantError
from nch.accounts.enums import Role
from tests.factories.accounts import make_user
from tests.factories.grants import make_call, make_submitted

ALLOWED = {
    (State.DRAFT, State.SUBMITTED),
    (State.DRAFT, State.WITHDRAWN),
    (State.SUBMITTED, State.WITHDRAWN),
    (State.SUBMITTED, State.PROPOSED),
    (State.SUBMITTED, State.COMPLETION),
    (State.COMPLETION, State.SUBMITTED),
    (State.COMPLETION, State.WITHDRAWN),
    (State.PROPOSED, State.SUBMITTED),
    (State.PROPOSED, State.WITHDRAWN),
    (State.PROPOSED, State.DECIDED),
}


@pytest.mark.django_db
def test_application_moves_as_the_table_says_and_no_other_way() -> None:
    user = make_user(Role.COUNTY_SIGNATORY)
    application = make_submitted(make_call(), user)
    for source, target in itertools.product(State, State):
        Application.objects.filter(pk=application.pk).update(state=source)
        application.refresh_from_db()
        moves = ApplicationMove.objects.count()
        if (source, target) in ALLOWED:
            move_application(application, target, by=user, at=timezone.now())
            assert ApplicationMove.objects.count() == moves + 1
        else:
            with pytest.raises(GrantError):
                move_application(application, target, by=user, at=timezone.now())
            assert ApplicationMove.objects.count() == moves


@pytest.mark.django_db
def test_move_is_refused_when_somebody_else_was_first() -> None:
    user = make_user(Role.COUNTY_SIGNATORY)
    application = make_submitted(make_call(), user)
    stale = Application.objects.get(pk=application.pk)
    move_application(application, State.WITHDRAWN, by=user, at=timezone.now())
    with pytest.raises(GrantError, match="Någon annan har hunnit före"):
        move_application(stale, State.PROPOSED, by=user, at=timezone.now())
