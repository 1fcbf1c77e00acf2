"""The released tables as a catalogue in DCAT-AP-SE, which Sweden's data portal harvests.

https://docs.dataportal.se/dcat/: mandatory are a catalogue's title, description, publisher, licence (CC0) and datasets,
a dataset's title, description and publisher, and a distribution's access address; the recommended properties are there
too. Everything has an address of its own, so that nothing is renamed between two harvests.
"""

import datetime
import hashlib
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef
from rest_framework.request import Request

from nch.api.statistics.answers import REVALIDATED, kept_or_rendered
from nch.api.statistics.described import TAGS, problems
from nch.api.statistics.queries import Wanted, read_query
from nch.api.statistics.tables import describe
from nch.api.views import OpenView
from reports.statistics import published
from reports.statistics.definitions import LANGUAGES, Language, Text
from reports.statistics.published import PublishedTable
from reports.statistics.renderers.formats import FORMATS
from reports.statistics.times import scale_of

_TOLD: Final[Mapping[str, Any]] = settings.SPECTACULAR_SETTINGS
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
EU: Final = Namespace("http://publications.europa.eu/resource/authority/")
SERIALISATIONS: Final[Mapping[str, str]] = {
    "application/rdf+xml": "xml",
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
}
"""By content type; the first is what one gets without asking."""

TITLE: Final = Text("Statistik från NCH", "Statistics from NCH")
DESCRIPTION: Final = Text(
    "Publicerad statistik från Nationellt centrum mot hedersrelaterat våld och förtryck.",
    "Published statistics from the Swedish National Centre against Honour-Related Violence and Oppression.",
)
API_TITLE: Final = Text("Statistikens API (PxWebApi 2)", "Statistics API (PxWebApi 2)")
PUBLISHER: Final = "Nationellt centrum mot hedersrelaterat våld och förtryck (NCH), Länsstyrelsen Östergötland"
KEYWORDS: Final = (
    Text("hedersrelaterat våld och förtryck", "honour-related violence and oppression"),
    Text("statistik", "statistics"),
    Text("stödtelefon", "support line"),
)
THEME: Final = EU["data-theme/SOCI"]
SWEDEN: Final = EU["country/SWE"]
PUBLIC: Final = EU["access-right/PUBLIC"]
LANGUAGE_NAMES: Final[Mapping[Language, URIRef]] = {"sv": EU["language/SWE"], "en": EU["language/ENG"]}
FREQUENCIES: Final[Mapping[str, URIRef]] = {
    "Annual": EU["frequency/ANNUAL"],
    "Quarterly": EU["frequency/QUARTERLY"],
    "Monthly": EU["frequency/MONTHLY"],
    "Weekly": EU["frequency/WEEKLY"],
}

Triple = tuple[URIRef, URIRef, URIRef | Literal]


class CatalogueView(OpenView):
    """The released tables as a catalogue."""

    @extend_schema(
        summary="Tabellerna som katalog enligt DCAT-AP-SE",
        description="RDF/XML, Turtle eller JSON-LD efter `Accept`; RDF/XML om inget av dem efterfrågas.",
        operation_id="getCatalogue",
        responses={
            **{(200, content_type): OpenApiTypes.STR for content_type in SERIALISATIONS},
            **problems(400, 429),
        },
        tags=TAGS,
    )
    def get(self, request: Request) -> HttpResponseBase:
        read_query(request)
        content_type = request._request.get_preferred_type(list(SERIALISATIONS)) or next(iter(SERIALISATIONS))
        home = request.build_absolute_uri("/").rstrip("/")
        tables = list(published.published_tables().values())
        versions = [Wanted(table, language, "catalogue").key for table in tables for language in LANGUAGES]
        key = hashlib.sha256(" ".join([home, content_type, *versions]).encode()).hexdigest()[:40]

        def render() -> bytes:
            return catalogue(home, tables).serialize(format=SERIALISATIONS[content_type], encoding="utf-8")

        content = kept_or_rendered(f"statistics-answer:{key}", render)
        headers = {"ETag": f'W/"{key}"', "Cache-Control": REVALIDATED, "Vary": "Accept"}
        response = HttpResponse(content, content_type=f"{content_type}; charset=utf-8", headers=headers)
        return get_conditional_response(request._request, etag=headers["ETag"], response=response) or response


def catalogue(home: str, tables: list[PublishedTable]) -> Graph:
    """The catalogue, its publisher, the API, and every table with its distributions; `home` begins all addresses."""
    graph = Graph()
    for prefix, namespace in {"dcat": DCAT, "dcterms": DCTERMS, "foaf": FOAF, "vcard": VCARD}.items():
        graph.bind(prefix, namespace)
    own = _Addresses(home)
    for triple in _catalogue(own, tables):
        graph.add(triple)
    by_language: dict[Language, list[dict[str, Any]]] = {language: describe(tables, language) for language in LANGUAGES}
    for table, *described in zip(tables, *by_language.values(), strict=True):
        for triple in _dataset(own, table, dict(zip(by_language, described, strict=True))):
            graph.add(triple)
    return graph


class _Addresses:
    """The addresses of what the catalogue tells of."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.catalogue = URIRef(home + reverse("api_catalogue"))
        self.publisher = URIRef(f"{self.catalogue}#publisher")
        self.contact = URIRef(f"{self.catalogue}#contact")
        self.service = URIRef(f"{self.catalogue}#api")
        self.licence = URIRef(_TOLD["LICENSE"]["url"])

    def path(self, name: str, *arguments: str) -> URIRef:
        return URIRef(self.home + reverse(name, args=arguments))


def _texts(subject: URIRef, name: URIRef, text: Text) -> Iterator[Triple]:
    for language in LANGUAGES:
        yield subject, name, Literal(text.in_language(language), lang=language)


def _catalogue(own: _Addresses, tables: list[PublishedTable]) -> Iterator[Triple]:
    this, home = own.catalogue, URIRef(_TOLD["CONTACT"]["url"])
    yield this, RDF.type, DCAT.Catalog
    yield from _texts(this, DCTERMS.title, TITLE)
    yield from _texts(this, DCTERMS.description, DESCRIPTION)
    yield this, DCTERMS.publisher, own.publisher
    yield this, DCTERMS.license, own.licence
    yield this, FOAF.homepage, home
    yield this, DCTERMS.spatial, SWEDEN
    yield this, DCAT.themeTaxonomy, EU["data-theme"]
    for name in LANGUAGE_NAMES.values():
        yield this, DCTERMS.language, name
    for table in tables:
        yield this, DCAT.dataset, own.path("api_table", table.id)
    if tables:
        yield this, DCTERMS.issued, _day(min(table.published_at for table in tables))
        yield this, DCTERMS.modified, _day(max(table.published_at for table in tables))
    yield this, DCAT.service, own.service
    yield own.publisher, RDF.type, FOAF.Agent
    yield own.publisher, FOAF.name, Literal(PUBLISHER, lang="sv")
    yield own.publisher, FOAF.homepage, home
    yield own.publisher, DCTERMS.type, URIRef("http://purl.org/adms/publishertype/RegionalAuthority")
    yield own.contact, RDF.type, VCARD.Organization
    yield own.contact, VCARD.fn, Literal(PUBLISHER, lang="sv")
    yield own.contact, VCARD.hasEmail, URIRef(f"mailto:{contact_address()}")
    yield own.contact, VCARD.hasURL, home
    yield own.service, RDF.type, DCAT.DataService
    yield from _texts(own.service, DCTERMS.title, API_TITLE)
    yield own.service, DCTERMS.publisher, own.publisher
    yield own.service, DCTERMS.license, own.licence
    yield own.service, DCTERMS.accessRights, PUBLIC
    yield own.service, DCAT.contactPoint, own.contact
    yield own.service, DCAT.endpointURL, URIRef(str(own.path("api_config")).removesuffix("/config"))
    yield own.service, DCAT.endpointDescription, own.path("api_schema")
    yield own.service, FOAF.page, own.path("api_docs")
    for table in tables:
        yield own.service, DCAT.servesDataset, own.path("api_table", table.id)


def _dataset(
    own: _Addresses, table: PublishedTable, described: Mapping[Language, Mapping[str, Any]]
) -> Iterator[Triple]:
    this = own.path("api_table", table.id)
    yield this, RDF.type, DCAT.Dataset
    for language, told in described.items():
        yield this, DCTERMS.title, Literal(told["label"], lang=language)
        yield this, DCTERMS.description, Literal(told["description"], lang=language)
        yield this, DCTERMS.source, Literal(told["source"], lang=language)
        yield this, DCTERMS.language, LANGUAGE_NAMES[language]
    for keyword in KEYWORDS:
        yield from _texts(this, DCAT.keyword, keyword)
    yield this, DCTERMS.identifier, Literal(table.id)
    yield this, URIRef(f"{DCAT}version"), Literal(str(table.version))
    yield this, DCTERMS.publisher, own.publisher
    yield this, DCAT.contactPoint, own.contact
    yield this, DCAT.theme, THEME
    yield this, DCTERMS.spatial, SWEDEN
    yield this, DCTERMS.accessRights, PUBLIC
    yield this, DCTERMS.issued, _day(table.published_at)
    yield this, DCTERMS.modified, _day(table.published_at)
    yield from _period(this, described["sv"])
    for one in FORMATS.values():
        distribution = URIRef(f"{this}#{one.id}")
        yield this, DCAT.distribution, distribution
        yield distribution, RDF.type, DCAT.Distribution
        yield distribution, DCTERMS.title, Literal(one.id)
        address = URIRef(f"{own.path('api_data', table.id)}?lang=sv&outputFormat={one.id}")
        yield distribution, DCAT.accessURL, address
        yield distribution, DCAT.downloadURL, address
        yield distribution, DCTERMS.format, Literal(one.content_type.split(";")[0])
        yield distribution, DCTERMS.license, own.licence
        yield distribution, DCAT.accessService, own.service
        yield distribution, DCTERMS.modified, _day(table.published_at)


def _period(dataset: URIRef, told: Mapping[str, Any]) -> Iterator[Triple]:
    ends = [told["firstPeriod"], told["lastPeriod"]]
    scale = scale_of([end for end in ends if end])
    if scale is None:
        return
    period = URIRef(f"{dataset}#period")
    yield dataset, DCTERMS.temporal, period
    yield period, RDF.type, DCTERMS.PeriodOfTime
    yield period, DCAT.startDate, Literal(scale.period(ends[0])[0].isoformat(), datatype=XSD.date)
    yield period, DCAT.endDate, Literal(scale.period(ends[1])[1].isoformat(), datatype=XSD.date)
    if scale.unit in FREQUENCIES:
        yield dataset, DCTERMS.accrualPeriodicity, FREQUENCIES[scale.unit]


def _day(moment: datetime.datetime) -> Literal:
    return Literal(moment.date().isoformat(), datatype=XSD.date)


def contact_address() -> str:
    """Where questions about the statistics are sent."""
    return settings.STATISTICS_EMAIL or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
