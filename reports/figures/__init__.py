"""Figures: plain values in, SVG out, the same on the page and in the PDF."""
