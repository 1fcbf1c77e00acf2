"""A saved allocation as accessible PDF, for the file and for talking it over."""

from django.template.loader import render_to_string

from grants.models import AllocationPlan
from grants.selectors.allocation_tables import PlanTable
from nch.common.pdf import html_to_accessible_pdf


def render_allocation(plan: AllocationPlan, table: PlanTable) -> bytes:
    """Return the plan: every year's money, the ranking with amounts, and why each landed where it did."""
    title = f"Fördelning {plan.number}: {plan.call.title}"
    return html_to_accessible_pdf(
        render_to_string("grants/allocation_document.html", {"title": title, "plan": plan, "table": table}),
        title=title,
        author=plan.call.grantor.name,
        subject=plan.call.title,
        created_at=plan.made_at,
    )
