"""Exploring a table: which one, what of it, how it stands and how it is drawn; all of it in the address.

tables (what a person may explore) → choice (what is chosen, and the cube that it makes) → pivot and drawing (how the
chosen is shown). Docs: docs/decisions/0031.
"""
