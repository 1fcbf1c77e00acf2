"""The yearly report: `compose` fetches and freezes its numbers, `render` sets them as a PDF."""
