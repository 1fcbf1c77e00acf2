"""Formats of a cube. No module here sees anything but the cube."""
