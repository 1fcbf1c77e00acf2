"""The shapes of the statistics API's answers, for its OpenAPI description."""

from rest_framework import serializers

from reports.statistics.definitions import LANGUAGES
from reports.statistics.renderers.formats import FORMATS, PARAMETERS


class ProblemSerializer(serializers.Serializer):
    """Problem details (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()


class LanguageSerializer(serializers.Serializer):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class SourceReferenceSerializer(serializers.Serializer):
    language = serializers.CharField()
    text = serializers.CharField()


class FeatureParameterSerializer(serializers.Serializer):
    key = serializers.CharField()
    value = serializers.CharField()


class FeatureSerializer(serializers.Serializer):
    id = serializers.CharField()
    params = FeatureParameterSerializer(many=True)


class ConfigSerializer(serializers.Serializer):
    """What the API can do and how much of it at a time."""

    apiVersion = serializers.CharField()
    appVersion = serializers.CharField()
    languages = LanguageSerializer(many=True)
    defaultLanguage = serializers.CharField()
    maxDataCells = serializers.IntegerField()
    maxCallsPerTimeWindow = serializers.IntegerField()
    timeWindow = serializers.IntegerField(help_text="Sekunder.")
    license = serializers.URLField()
    sourceReferences = SourceReferenceSerializer(many=True)
    defaultDataFormat = serializers.CharField()
    dataFormats = serializers.ListField(child=serializers.CharField())
    features = FeatureSerializer(many=True)


class LinkSerializer(serializers.Serializer):
    rel = serializers.CharField()
    hreflang = serializers.CharField()
    href = serializers.URLField()


class PathElementSerializer(serializers.Serializer):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class TableSerializer(serializers.Serializer):
    """A table, without its numbers."""

    type = serializers.CharField()
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    description = serializers.CharField()
    updated = serializers.DateTimeField()
    firstPeriod = serializers.CharField()
    lastPeriod = serializers.CharField()
    category = serializers.CharField()
    variableNames = serializers.ListField(child=serializers.CharField())
    discontinued = serializers.BooleanField()
    source = serializers.CharField()  # type: ignore[assignment]
    timeUnit = serializers.CharField()
    subjectCode = serializers.CharField()
    sortCode = serializers.CharField()
    paths = serializers.ListField(child=PathElementSerializer(many=True))
    links = LinkSerializer(many=True)


class TableAnswerSerializer(TableSerializer):
    language = serializers.CharField()


class PageSerializer(serializers.Serializer):
    pageNumber = serializers.IntegerField()
    pageSize = serializers.IntegerField()
    totalElements = serializers.IntegerField()
    totalPages = serializers.IntegerField()
    links = LinkSerializer(many=True)


class TablesSerializer(serializers.Serializer):
    language = serializers.CharField()
    tables = TableSerializer(many=True)
    page = PageSerializer()
    links = LinkSerializer(many=True)


class VariableSelectionSerializer(serializers.Serializer):
    """Values of a variable: codes and expressions. No variable has another code list than its own."""

    variableCode = serializers.CharField()
    codelist = serializers.CharField(required=False, allow_null=True)
    valueCodes = serializers.ListField(child=serializers.CharField())


class PlacementSerializer(serializers.Serializer):
    """Which variables go across and which down."""

    heading = serializers.ListField(child=serializers.CharField(), required=False)
    stub = serializers.ListField(child=serializers.CharField(), required=False)


class DataRequestSerializer(serializers.Serializer):
    """Which values of which variables; a variable that is left out keeps all its values."""

    selection = VariableSelectionSerializer(many=True)
    placement = PlacementSerializer(required=False)


class SelectionAnswerSerializer(DataRequestSerializer):
    """A selection with every code it stands for."""

    language = serializers.CharField()
    links = LinkSerializer(many=True)


class SavedQuerySerializer(serializers.Serializer):
    """A query to keep: the table, what is chosen of it, and how it is written."""

    tableId = serializers.CharField()
    language = serializers.ChoiceField(choices=LANGUAGES)
    outputFormat = serializers.ChoiceField(choices=list(FORMATS), required=False)
    outputFormatParams = serializers.ListField(child=serializers.ChoiceField(choices=PARAMETERS), required=False)
    selection = DataRequestSerializer()


class KeptQuerySerializer(SavedQuerySerializer):
    id = serializers.CharField()


class SavedQueryAnswerSerializer(serializers.Serializer):
    """A query that is kept, and where it is."""

    language = serializers.CharField()
    id = serializers.CharField()
    savedQuery = KeptQuerySerializer()
    links = LinkSerializer(many=True)


class ApiInfoSerializer(serializers.Serializer):
    """The API about itself, as Digg's REST API profile wants it."""

    apiName = serializers.CharField()
    apiVersion = serializers.CharField()
    apiReleased = serializers.DateField()
    apiDocumentation = serializers.URLField()
    apiStatus = serializers.ChoiceField(choices=["active"])
