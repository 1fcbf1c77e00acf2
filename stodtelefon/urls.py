"""Addresses of the support line, below /stodtelefon/."""

from django.urls import path, re_path

from stodtelefon.views import call_list, calls, centres, codes, guidance, handovers, lines, log_call, notes, rota

app_name = "stodtelefon"
urlpatterns = [
    path("", call_list.CallListView.as_view(), name="call_list"),
    path("logga/", log_call.log_call, name="log_call"),
    path("logga/utkast/", log_call.save_draft, name="draft_save"),
    path("logga/borja-om/", log_call.discard_draft, name="draft_discard"),
    path("samtal/<int:pk>/", calls.call_detail, name="call_detail"),
    path("samtal/<int:pk>/ratta/", calls.call_correct, name="call_correct"),
    path("samtal/<int:pk>/stryk/", calls.call_strike, name="call_strike"),
    path("samtal/<int:pk>/aterstall/", calls.call_restore, name="call_restore"),
    path("samtal/<int:pk>/uppfoljning/", calls.call_outcome, name="call_outcome"),
    path("samtal/<int:pk>/kod/", notes.call_code, name="call_code"),
    path("samtal/<int:pk>/anteckning/", notes.note_write, name="note_write"),
    path("samtal/<int:pk>/anteckning/radera/", notes.note_delete, name="note_delete"),
    path("anteckningar/", notes.suspected_notes, name="suspected_notes"),
    path("anteckningar/<int:pk>/behall/", notes.note_clear, name="note_clear"),
    path("resurscentrum/", centres.centre_list, name="centre_list"),
    path("resurscentrum/<int:pk>/", centres.centre_contact, name="centre_contact"),
    path("telefoner/", lines.line_list, name="line_list"),
    path("telefoner/ny/", lines.open_line, name="open_line"),
    path("telefoner/<int:pk>/", lines.line_detail, name="line_detail"),
    path("telefoner/<int:pk>/installningar/", lines.line_settings, name="line_settings"),
    path("telefoner/<int:pk>/oppettider/", lines.opening_hours, name="opening_hours"),
    path("telefoner/<int:pk>/avvikelser/", lines.opening_exception, name="opening_exception"),
    path("telefoner/<int:pk>/avvikelser/<int:exception>/ta-bort/", lines.remove_exception, name="remove_exception"),
    path("telefoner/<int:pk>/overlamning/", handovers.handover_write, name="handover_write"),
    path("overlamningar/<int:pk>/last/", handovers.handover_read, name="handover_read"),
    path("overlamningar/<int:pk>/ta-bort/", handovers.handover_remove, name="handover_remove"),
    path("telefoner/<int:pk>/schema/", rota.rota, name="rota"),
    path("telefoner/<int:pk>/schema/pass/", rota.lay_shifts, name="lay_shifts"),
    re_path(
        r"^telefoner/(?P<pk>\d+)/schema/pass/(?P<shift>\d+)/(?P<action>ta-bort|bjud-ut|angra|ta)/$",
        rota.shift_action,
        name="shift_action",
    ),
    path("schema/kalender/", rota.own_calendar, name="own_calendar"),
    path("schema/<str:token>.ics", rota.rota_feed, name="rota_feed"),
    path("vagledning/", guidance.guidance, name="guidance"),
    path("kodlistor/", codes.code_list, name="code_lists"),
    path("kodlistor/kod/<int:pk>/", codes.code_detail, name="code_detail"),
    path("kodlistor/kod/<int:pk>/andra/", codes.code_change, name="code_change"),
    path("kodlistor/kod/<int:pk>/avsluta/", codes.code_end, name="code_end"),
    path("kodlistor/kod/<int:pk>/angra-avslut/", codes.code_undo, name="code_undo"),
    path("kodlistor/kod/<int:pk>/ta-bort/", codes.code_remove, name="code_remove"),
    path("kodlistor/kod/<int:pk>/vagledning/", guidance.guidance_edit, name="guidance_edit"),
    path("kodlistor/<slug:name>/", codes.code_list, name="code_list"),
    path("kodlistor/<slug:name>/ny/", codes.code_new, name="code_new"),
]
