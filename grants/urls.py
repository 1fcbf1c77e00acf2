"""Addresses of calls, applications, assessments and decisions."""

from django.urls import path

from grants.views import applications, assessments, call_forms, calls, completion, decisions, grants, payments
from grants.views.application_start import application_start
from grants.views.earlier import earlier_confirm, earlier_delete, earlier_imports, earlier_template

app_name = "grants"
urlpatterns = [
    path("", calls.CallListView.as_view(), name="call_list"),
    path("utlysningar/ny/", calls.call_create, name="call_create"),
    path("utlysningar/<int:pk>/", calls.call_detail, name="call_detail"),
    path("utlysningar/<int:pk>/andra/", calls.call_edit, name="call_edit"),
    path("utlysningar/<int:pk>/andra/<slug:part>/", calls.call_part, name="call_part"),
    path("utlysningar/<int:pk>/kopiera/", calls.call_copy, name="call_copy"),
    path("utlysningar/<int:pk>/meddelande/", calls.call_notice, name="call_notice"),
    path("utlysningar/<int:pk>/publicera/", calls.call_publish, name="call_publish"),
    path("utlysningar/<int:pk>/formular/", call_forms.OverviewView.as_view(), name="call_form"),
    path(
        "utlysningar/<int:pk>/formular/avsnitt/ny/",
        call_forms.SectionEditView.as_view(),
        name="call_form_section_new",
    ),
    path(
        "utlysningar/<int:pk>/formular/avsnitt/<int:section>/",
        call_forms.SectionEditView.as_view(),
        name="call_form_section",
    ),
    path(
        "utlysningar/<int:pk>/formular/avsnitt/<int:section>/ny-fraga/",
        call_forms.QuestionEditView.as_view(),
        name="call_form_question_new",
    ),
    path(
        "utlysningar/<int:pk>/formular/fragor/<int:question>/",
        call_forms.QuestionEditView.as_view(),
        name="call_form_question",
    ),
    path("utlysningar/<int:pk>/formular/steg/", call_forms.StepView.as_view(), name="call_form_step"),
    path("utlysningar/<int:pk>/formular/visa/", call_forms.PreviewView.as_view(), name="call_form_preview"),
    path("utlysningar/<int:pk>/formular/prova/", call_forms.RehearsalView.as_view(), name="call_form_rehearsal"),
    path(
        "utlysningar/<int:pk>/formular/prova/slang/",
        call_forms.RehearsalEndView.as_view(),
        name="call_form_rehearsal_end",
    ),
    path(
        "utlysningar/<int:pk>/formular/prova/avsnitt/<slug:section>/",
        call_forms.RehearsalSectionView.as_view(),
        name="call_form_rehearsal_section",
    ),
    path("utlysningar/<int:pk>/sok/", application_start, name="application_start"),
    path("ansokningar/", applications.ApplicationListView.as_view(), name="application_list"),
    path("ansokningar/<int:pk>/", applications.application_detail, name="application_detail"),
    path(
        "ansokningar/<int:pk>/avsnitt/<slug:section>/",
        applications.ApplicationSectionView.as_view(),
        name="application_section",
    ),
    path("ansokningar/<int:pk>/historik/", applications.ApplicationHistoryView.as_view(), name="application_history"),
    path("ansokningar/<int:pk>/filer/<int:file>/", applications.ApplicationFileView.as_view(), name="application_file"),
    path("ansokningar/<int:pk>/hamta/", applications.application_carry_over, name="application_carry_over"),
    path("ansokningar/<int:pk>/utkast.pdf", applications.application_preview, name="application_preview"),
    path("ansokningar/<int:pk>/lamna-in/", applications.application_submit, name="application_submit"),
    path("ansokningar/<int:pk>/aterkalla/", applications.application_withdraw, name="application_withdraw"),
    path("ansokningar/<int:pk>/inlamningar/<int:number>/", completion.submission_detail, name="submission_detail"),
    path("ansokningar/<int:pk>/komplettering/", completion.completion_request, name="completion_request"),
    path("ansokningar/<int:pk>/komplettering/lamna-in/", completion.completion_submit, name="completion_submit"),
    path("ansokningar/<int:pk>/komplettering/avsluta/", completion.completion_end, name="completion_end"),
    path("ansokningar/<int:pk>/komplettering/last/", completion.completion_read, name="completion_read"),
    path("ansokningar/<int:pk>/bedomningar/", assessments.assessment_list, name="assessment_list"),
    path("ansokningar/<int:pk>/bedomning/", assessments.assess, name="assess"),
    path("ansokningar/<int:pk>/gemensam-bedomning/", assessments.assess_together, name="assess_together"),
    path("utlysningar/<int:pk>/bedomare/", assessments.assign, name="assignments"),
    path("ansokningar/<int:pk>/forslag/", decisions.propose, name="propose"),
    path("ansokningar/<int:pk>/beslut/", decisions.decide, name="decide"),
    path("beviljade/", grants.GrantListView.as_view(), name="grant_list"),
    path("beviljade/<int:pk>/", grants.grant_detail, name="grant_detail"),
    path("beviljade/<int:pk>/utbetalningar/", payments.grant_payments, name="grant_payments"),
    path("beviljade/<int:pk>/utbetalningar/plan/", payments.grant_plan, name="grant_plan"),
    path("beviljade/<int:pk>/utbetalningar/rekvirera/", payments.grant_requisition, name="grant_requisition"),
    path("utbetalningar/", payments.PaymentListView.as_view(), name="payment_list"),
    path("utbetalningar/<int:pk>/", payments.payment_detail, name="payment_detail"),
    path("utbetalningar/forbered/", payments.payments_prepare, name="payments_prepare"),
    path("utbetalningar/godkann/", payments.payments_approve, name="payments_approve"),
    path("utbetalningar/utbetalda/", payments.payments_paid, name="payments_paid"),
    path("tidigare/inlasning/", earlier_imports, name="earlier_imports"),
    path("tidigare/inlasning/mall/", earlier_template, name="earlier_template"),
    path("tidigare/inlasning/bekrafta/", earlier_confirm, name="earlier_confirm"),
    path("tidigare/inlasning/<int:pk>/ta-bort/", earlier_delete, name="earlier_delete"),
]
