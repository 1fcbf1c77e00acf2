"""Reading in what is older than this system: old registers of calls, and totals that have been published."""

from stodtelefon.services.history.figures import import_figures, plan_figures, withdraw_figures
from stodtelefon.services.history.registers import import_register, plan_register
from stodtelefon.services.history.rows import (
    FigureRow,
    FiguresPlan,
    HistoryError,
    HistoryFaultsError,
    RegisterPlan,
    RegisterRow,
)
from stodtelefon.services.history.withdrawals import withdraw_register

__all__ = [
    "FigureRow",
    "FiguresPlan",
    "HistoryError",
    "HistoryFaultsError",
    "RegisterPlan",
    "RegisterRow",
    "import_figures",
    "import_register",
    "plan_figures",
    "plan_register",
    "withdraw_figures",
    "withdraw_register",
]
