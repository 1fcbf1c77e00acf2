"""Addresses of what every case has."""

from django.urls import path

from nch.cases.views import calendar, cases, conversations, mails, start

urlpatterns = [
    path("", start.start, name="start"),
    path("arenden/", cases.CaseListView.as_view(), name="case_list"),
    path("arenden/<int:pk>/", cases.case_detail, name="case_detail"),
    path("arenden/<int:pk>/jav/", cases.case_declare, name="case_declare"),
    path("arenden/<int:pk>/handlingar/<int:number>/", cases.document_download, name="document_download"),
    path("arenden/<int:pk>/fragor/ny/", conversations.conversation_new, name="conversation_new"),
    path("arenden/<int:pk>/utskick/", mails.case_mails, name="case_mails"),
    path("utskick/", mails.mails_given_up, name="mails_given_up"),
    path("utskick/<int:pk>/skicka/", mails.mail_resend, name="mail_resend"),
    path("kalender/", calendar.calendar, name="calendar"),
    path("kalender/kalender.ics", calendar.calendar_file, name="calendar_file"),
    path("fragor/", conversations.ConversationListView.as_view(), name="conversation_list"),
    path("fragor/<int:pk>/", conversations.conversation_detail, name="conversation_detail"),
    path("fragor/<int:pk>/ansvarig/", conversations.conversation_give, name="conversation_give"),
    path("fragor/<int:pk>/avsluta/", conversations.conversation_close, name="conversation_close"),
]
