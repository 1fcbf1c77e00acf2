"""Workbooks of what is older than this system: their columns, their templates, and reading them with every fault."""

from stodtelefon.imports.figures import FiguresFile, figures_template, read_figures
from stodtelefon.imports.register_template import register_template
from stodtelefon.imports.registers import RegisterFile, read_register

__all__ = [
    "FiguresFile",
    "RegisterFile",
    "figures_template",
    "read_figures",
    "read_register",
    "register_template",
]
