"""The closed API, version 1: what a person may read, for that person's programs.

Every answer starts at the same selectors as the pages; what a page shows only after a declaration about conflicts of
interest is answered with 403 until it is made.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from grants.enums import ApplicationState, DecisionKind, FinancialReportState, PaymentState
from grants.models import Application, Decision, FinancialReport, Payment
from grants.selectors.applications import applications_for
from grants.selectors.decisions import decisions_for
from grants.selectors.financial_reports import financial_reports_for
from grants.selectors.payments import payments_for
from nch.accounts.enums import Right
from nch.accounts.models import ApiToken, User
from nch.accounts.permissions import access_of
from nch.api import shapes
from nch.api.authentication import AUTHENTICATION, ReaderRateThrottle
from nch.api.problems import Problem
from nch.api.statistics.described import PROBLEM
from nch.api.views import FormatByParameter, kept
from nch.audit.services import record_read
from nch.cases.models import Case
from nch.cases.selectors import must_declare, shown_in

DEFAULT_LIMIT: Final = 50
HIGHEST_LIMIT: Final = 500
HIGHEST_PAGE: Final = 1_000_000
_MOST_DIGITS: Final = 9
Anyone = User | AnonymousUser
JSON: Final = "application/json; charset=utf-8"
_ANSWERED_WITH = (400, 401, 404, 429)
PROBLEMS: Final[Mapping[Any, Any]] = {(status, "application/problem+json"): PROBLEM for status in _ANSWERED_WITH}
DETAIL_PROBLEMS: Final[Mapping[Any, Any]] = {**PROBLEMS, (403, "application/problem+json"): PROBLEM}

PAGING: Final = (
    OpenApiParameter(
        "page", {"type": "integer", "minimum": 1, "maximum": HIGHEST_PAGE}, default=1, description="Sida."
    ),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": HIGHEST_LIMIT},
        default=DEFAULT_LIMIT,
        description="Rader per sida.",
    ),
)


def choice(name: str, choices: Any, description: str) -> OpenApiParameter:
    """A parameter with the values of an enumeration."""
    return OpenApiParameter(
        name, OpenApiTypes.STR, enum=[value for value, _ in choices.choices], description=description
    )


def year_parameter(description: str) -> OpenApiParameter:
    """The parameter `year`."""
    return OpenApiParameter("year", {"type": "integer", "minimum": 2000, "maximum": 2100}, description=description)


def small_number(text: str) -> int:
    """A number of at most nine digits. Raises ValueError."""
    if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS:
        raise ValueError
    return int(text)


class ClosedView(APIView):
    """A view for those with a key or a session, who hold one of its rights somewhere."""

    rights: ClassVar[tuple[Right, ...]] = (Right.SEE_CASES,)
    content_negotiation_class = FormatByParameter
    authentication_classes = AUTHENTICATION
    permission_classes: Sequence[type[BasePermission]] = (IsAuthenticated,)
    throttle_classes = (ReaderRateThrottle,)
    http_method_names = ["get", "head", "options"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        access = access_of(request.user)
        if not any(access.may(right) for right in self.rights):
            raise Http404

    def answer(self, request: Request, body: Mapping[str, Any]) -> HttpResponseBase:
        """The body as JSON, which only its reader may keep, and only to ask again with its ETag."""
        content = json.dumps(body, ensure_ascii=False).encode()
        response = kept(request, content, JSON)
        response["Cache-Control"] = "private, no-cache"
        response["Vary"] = "Authorization, Cookie"
        return response


class ResourceList(ClosedView):
    """One kind of thing, page by page; subclasses say what, in which order and by what it may be filtered."""

    shape: ClassVar[type[Serializer]]
    order: ClassVar[tuple[str, ...]]
    # Parameter → lookup and how its text is read (raising ValueError).
    filters: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]]

    def reach(self, user: Anyone) -> QuerySet[Any]:
        """What the user may see."""
        raise NotImplementedError

    def page(self, request: Request) -> HttpResponseBase:
        """The page that is asked for. Raises Problem for parameters that are unknown or cannot be read."""
        for name in request.query_params:
            if name not in ("page", "limit", *self.filters):
                raise Problem(400, f"Parametern ”{name}” finns inte.", parameter=name)
        number = self._whole(request, "page", 1, HIGHEST_PAGE)
        limit = self._whole(request, "limit", DEFAULT_LIMIT, HIGHEST_LIMIT)
        rows = self.reach(request.user).filter(self._wanted(request)).order_by(*self.order)
        total = rows.count()
        pages = max(1, math.ceil(total / limit))
        if number > pages:
            raise Problem(404, f"Sidan {number} finns inte. Det finns {pages}.", parameter="page")
        shown = rows[(number - 1) * limit : number * limit]
        body = {
            "items": self.shape(shown, many=True).data,
            "page": {"page": number, "limit": limit, "totalItems": total, "totalPages": pages},
            "links": [
                {"rel": rel, "href": self._address(request, other)}
                for rel, other in (("previous", number - 1), ("next", number + 1))
                if 1 <= other <= pages
            ],
        }
        return self.answer(request, body)

    def _wanted(self, request: Request) -> Q:
        condition = Q()
        for name, (lookup, read) in self.filters.items():
            text = request.query_params.get(name)
            if text is None:
                continue
            try:
                condition &= Q(**{lookup: read(text)})
            except (ValueError, KeyError) as error:
                raise Problem(400, f"”{text}” är inget värde för {name}.", parameter=name) from error
        return condition

    @staticmethod
    def _whole(request: Request, name: str, otherwise: int, highest: int) -> int:
        text = request.query_params.get(name, str(otherwise))
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:10]) <= highest:
            raise Problem(400, f"{name} ska vara ett tal från 1 till {highest}.", parameter=name)
        return int(text)

    @staticmethod
    def _address(request: Request, number: int) -> str:
        query = request._request.GET.copy()
        query["page"] = str(number)
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


class ResourceDetail(ClosedView):
    """One thing; reading it leaves a row in the log, with the key it was read with."""

    shape: ClassVar[type[Serializer]]
    prefetch: ClassVar[tuple[str, ...]] = ()

    def reach(self, user: Anyone) -> QuerySet[Any]:
        """What the user may see."""
        raise NotImplementedError

    def case_of(self, thing: Any) -> Case | None:
        """The case that it lies in, and that has to be open to the reader."""
        raise NotImplementedError

    def one(self, request: Request, pk: int) -> HttpResponseBase:
        """The thing with this key. Raises Http404 outside one's reach, Problem (403) before a declaration."""
        thing: Model | None = self.reach(request.user).prefetch_related(*self.prefetch).filter(pk=pk).first()
        if thing is None:
            raise Http404
        case = self.case_of(thing)
        if case is not None and must_declare(request.user, case):
            declare = request.build_absolute_uri(reverse("case_declare", args=[case.pk]))
            raise Problem(403, "Anmäl först om du är jävig i ärendet.", declareAt=declare)
        reader = request.user
        if not isinstance(reader, User):
            raise Http404
        key = request.auth.pk if isinstance(request.auth, ApiToken) else None
        organisation = case.organisation_id if case is not None else None
        record_read(thing, by=reader, organisation_id=organisation, details={"api": 1, "token": key})
        return self.answer(request, self.shape(thing).data)


def described_page(name: str, shape: type[Serializer], example: Mapping[str, Any]) -> OpenApiResponse:
    """A page of a resource, for the OpenAPI description."""
    body = inline_serializer(
        f"{name}Page",
        {"items": shape(many=True), "page": shapes.PageShape(), "links": shapes.PageLinkShape(many=True)},
    )
    page = {"page": 1, "limit": DEFAULT_LIMIT, "totalItems": 1, "totalPages": 1}
    value = {"items": [example], "page": page, "links": []}
    return OpenApiResponse(body, description="En sida.", examples=[OpenApiExample("En rad", value=value)])


def one_of(shape: type[Serializer], example: Mapping[str, Any]) -> OpenApiResponse:
    """One thing, for the OpenAPI description."""
    return OpenApiResponse(shape, description="Posten.", examples=[OpenApiExample("En post", value=example)])


_SKANE: Final = {"id": 12, "name": "Länsstyrelsen Skåne", "countyCode": "12"}
_CALL: Final = {"id": 3, "title": "Utvecklingsmedel till resurscentrum 2026"}
_APPLICATION: Final = {
    "id": 41,
    "registrationNumber": "12–2026",
    "organisation": _SKANE,
    "call": _CALL,
    "state": "decided",
    "appliedTotal": "1450000.00",
    "submittedAt": "2026-03-02T09:00:00Z",
}
_DECISION: Final = {
    "id": 7,
    "registrationNumber": "12–2026",
    "applicationId": 41,
    "organisation": _SKANE,
    "call": _CALL,
    "kind": "grant",
    "outcome": "granted_in_part",
    "decidedAt": "2026-04-15T12:30:00Z",
}
_PAYMENT: Final = {
    "id": 19,
    "registrationNumber": "12–2026",
    "grantId": 5,
    "projectCode": "B2026-12",
    "organisation": _SKANE,
    "number": 1,
    "year": 2026,
    "amount": "500000.00",
    "state": "paid",
    "plannedOn": None,
    "paidOn": "2026-05-04",
    "voucher": "V1042",
}
_REPORT: Final = {
    "id": 8,
    "registrationNumber": "12–2026",
    "grantId": 5,
    "organisation": _SKANE,
    "year": 2026,
    "state": "approved",
    "dueOn": "2027-02-01",
    "certifiedAt": "2027-01-20T10:00:00Z",
    "approvedAt": "2027-02-10T14:05:00Z",
}


class ApplicationReach:
    """Applications: one's own in every state, as handler those that are handed in."""

    def reach(self, user: Anyone) -> QuerySet[Application]:
        return applications_for(user)

    def case_of(self, application: Application) -> Case | None:
        return application.case


class ApplicationsView(ApplicationReach, ResourceList):
    """Applications, the latest first."""

    shape = shapes.ApplicationShape
    order = ("-submitted_at", "-pk")
    filters = {"state": ("state", ApplicationState), "call": ("call_id", small_number)}

    @extend_schema(
        summary="Ansökningar",
        operation_id="listApplications",
        parameters=[
            *PAGING,
            choice("state", ApplicationState, "Läge."),
            OpenApiParameter("call", OpenApiTypes.INT, description="Utlysningens id."),
        ],
        responses={200: described_page("Application", shapes.ApplicationShape, _APPLICATION), **PROBLEMS},
        tags=["bidrag"],
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.page(request)


class ApplicationView(ApplicationReach, ResourceDetail):
    """One application, with what it asks for."""

    shape = shapes.ApplicationDetailShape
    prefetch = ("applied_amounts",)

    @extend_schema(
        summary="En ansökan",
        operation_id="getApplication",
        responses={
            200: one_of(
                shapes.ApplicationDetailShape,
                {
                    **_APPLICATION,
                    "createdAt": "2026-02-01T08:00:00Z",
                    "appliedAmounts": [{"year": 2026, "amount": "1450000.00"}],
                },
            ),
            **DETAIL_PROBLEMS,
        },
        tags=["bidrag"],
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        return self.one(request, pk)


class DecisionReach:
    """Signed decisions."""

    def reach(self, user: Anyone) -> QuerySet[Decision]:
        return decisions_for(user).select_related("application__case__organisation")

    def case_of(self, decision: Decision) -> Case | None:
        return decision.application.case


class DecisionsView(DecisionReach, ResourceList):
    """Signed decisions, the latest first; those in cases where the reader has to declare first are left out."""

    shape = shapes.DecisionShape
    order = ("-decided_at", "-pk")
    filters = {"kind": ("kind", DecisionKind)}

    def reach(self, user: Anyone) -> QuerySet[Decision]:
        return shown_in(user, super().reach(user), "application__case")

    @extend_schema(
        summary="Beslut",
        operation_id="listDecisions",
        parameters=[*PAGING, choice("kind", DecisionKind, "Slag av beslut.")],
        responses={200: described_page("Decision", shapes.DecisionShape, _DECISION), **PROBLEMS},
        tags=["bidrag"],
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.page(request)


class DecisionView(DecisionReach, ResourceDetail):
    """One signed decision, whole."""

    shape = shapes.DecisionDetailShape
    prefetch = ("amounts", "budget_lines", "conditions")

    @extend_schema(
        summary="Ett beslut",
        operation_id="getDecision",
        responses={
            200: one_of(
                shapes.DecisionDetailShape,
                {
                    **_DECISION,
                    "changesId": None,
                    "reasons": "Behovet är tydligt.",
                    "ground": "",
                    "endsOn": "2026-12-31",
                    "amounts": [{"year": 2026, "amount": "1000000.00"}],
                    "budgetLines": [{"year": 2026, "category": "salaries", "amount": "1000000.00"}],
                    "conditions": [{"number": 1, "text": "Medlen redovisas senast den 1 februari 2027."}],
                },
            ),
            **DETAIL_PROBLEMS,
        },
        tags=["bidrag"],
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        return self.one(request, pk)


class PaymentReach:
    """Instalments."""

    def reach(self, user: Anyone) -> QuerySet[Payment]:
        return payments_for(user)

    def case_of(self, payment: Payment) -> Case | None:
        return payment.grant.case


class PaymentsView(PaymentReach, ResourceList):
    """Instalments, the latest year first."""

    shape = shapes.PaymentShape
    order = ("-year", "-pk")
    filters = {"state": ("state", PaymentState), "year": ("year", small_number)}

    @extend_schema(
        summary="Utbetalningar",
        operation_id="listPayments",
        parameters=[*PAGING, choice("state", PaymentState, "Läge."), year_parameter("Budgetår.")],
        responses={200: described_page("Payment", shapes.PaymentShape, _PAYMENT), **PROBLEMS},
        tags=["bidrag"],
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.page(request)


class PaymentView(PaymentReach, ResourceDetail):
    """One instalment, with what it rests on."""

    shape = shapes.PaymentDetailShape

    @extend_schema(
        summary="En utbetalning",
        operation_id="getPayment",
        responses={
            200: one_of(
                shapes.PaymentDetailShape,
                {
                    **_PAYMENT,
                    "basis": "requisition",
                    "requestText": "Löner under andra kvartalet.",
                    "requestedAt": "2026-04-20T07:00:00Z",
                    "approvedAt": "2026-04-28T13:00:00Z",
                },
            ),
            **DETAIL_PROBLEMS,
        },
        tags=["bidrag"],
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        return self.one(request, pk)


class FinancialReportReach:
    """Economic reports, expected ones too; their figures are there once they are handed in."""

    def reach(self, user: Anyone) -> QuerySet[FinancialReport]:
        return financial_reports_for(user)

    def case_of(self, report: FinancialReport) -> Case | None:
        return report.grant.case


class FinancialReportsView(FinancialReportReach, ResourceList):
    """Economic reports, the latest year first; those in cases where the reader has to declare first are left out."""

    shape = shapes.FinancialReportShape
    order = ("-year", "-pk")
    filters = {"state": ("state", FinancialReportState), "year": ("year", small_number)}

    def reach(self, user: Anyone) -> QuerySet[FinancialReport]:
        return shown_in(user, super().reach(user), "grant__case")

    @extend_schema(
        summary="Ekonomiska redovisningar",
        operation_id="listFinancialReports",
        parameters=[*PAGING, choice("state", FinancialReportState, "Läge."), year_parameter("År.")],
        responses={200: described_page("FinancialReport", shapes.FinancialReportShape, _REPORT), **PROBLEMS},
        tags=["bidrag"],
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.page(request)


class FinancialReportView(FinancialReportReach, ResourceDetail):
    """One economic report, with its figures."""

    shape = shapes.FinancialReportDetailShape
    prefetch = ("lines__report",)

    @extend_schema(
        summary="En ekonomisk redovisning",
        operation_id="getFinancialReport",
        responses={
            200: one_of(
                shapes.FinancialReportDetailShape,
                {
                    **_REPORT,
                    "openingBalance": "0.00",
                    "allotted": "1000000.00",
                    "workedHours": "1720.00",
                    "lines": [
                        {
                            "category": "salaries",
                            "budget": "1000000.00",
                            "cost": "940000.00",
                            "explanation": "",
                            "admitted": "940000.00",
                            "reason": "",
                        }
                    ],
                },
            ),
            **DETAIL_PROBLEMS,
        },
        tags=["bidrag"],
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        return self.one(request, pk)
