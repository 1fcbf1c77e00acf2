"""Building a form: the services, checks, forms and pages with which a draft of a form is written."""
