"""Addresses of the support line, below /stodtelefon/."""

from django.urls import path, re_path

from stodtelefon.views import calls, lines, rota

app_name = "stodtelefon"
urlpatterns = [
    path("", calls.call_list, name="call_list"),
    path("logga/", calls.log_call, name="log_call"),
    path("samtal/<int:pk>/", calls.call_detail, name="call_detail"),
    path("telefoner/", lines.line_list, name="line_list"),
    path("telefoner/ny/", lines.open_line, name="open_line"),
    path("telefoner/<int:pk>/", lines.line_detail, name="line_detail"),
    path("telefoner/<int:pk>/installningar/", lines.line_settings, name="line_settings"),
    path("telefoner/<int:pk>/oppettider/", lines.opening_hours, name="opening_hours"),
    path("telefoner/<int:pk>/avvikelser/", lines.opening_exception, name="opening_exception"),
    path("telefoner/<int:pk>/avvikelser/<int:exception>/ta-bort/", lines.remove_exception, name="remove_exception"),
    path("telefoner/<int:pk>/schema/", rota.rota, name="rota"),
    path("telefoner/<int:pk>/schema/pass/", rota.lay_shifts, name="lay_shifts"),
    re_path(
        r"^telefoner/(?P<pk>\d+)/schema/pass/(?P<shift>\d+)/(?P<action>ta-bort|bjud-ut|angra|ta)/$",
        rota.shift_action,
        name="shift_action",
    ),
    path("schema/kalender/", rota.own_calendar, name="own_calendar"),
    path("schema/<str:token>.ics", rota.rota_feed, name="rota_feed"),
]
