"""Linear programs over what an attacker's guess may be wrong by: sums to 0 along every relation, within bounds.

The one module that loads HiGHS, when the first program is solved: web processes start without it. A program keeps its
last basis, so that the next question to it costs a few steps. Everything runs in one thread, so the same question in
the same order gets the same answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from reports.statistics.disclosure.system import Component, System

REACH = 100_000
"""An attacker's guess is followed no further than this above the true number; what reaches it counts as unbounded."""

TOLERANCE = 1e-6
NODES = 200
"""How far a search for whole numbers goes before it gives up."""

PRIMAL_SIMPLEX = 4
GOALS = 24
"""How many cells one program can widen."""

Move = dict[int, float]
"""By cell: how far a guess that fits everything published lies from the true number."""


class SolverError(Exception):
    """HiGHS found neither an answer nor that there is none."""


class GaveUpError(Exception):
    """A search for whole numbers went far enough without an answer."""


class _Program:
    """A model in HiGHS: columns with bounds and costs, rows that sum to a constant."""

    def __init__(
        self,
        bounds: Sequence[tuple[float, float]],
        rows: Sequence[Sequence[tuple[int, float]]],
        *,
        whole: bool = False,
        primal: bool = False,
    ) -> None:
        import highspy
        import numpy

        self._highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1), ("mip_max_nodes", NODES)):
            self._highs.setOptionValue(option, value)
        if primal:  # what was found last stays a solution when only costs change
            self._highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(bounds), len(rows)
        model.col_cost_ = numpy.zeros(len(bounds))
        model.col_lower_ = numpy.array([low for low, _ in bounds], dtype=numpy.float64)
        model.col_upper_ = numpy.array([high for _, high in bounds], dtype=numpy.float64)
        model.row_lower_ = numpy.zeros(len(rows))
        model.row_upper_ = numpy.zeros(len(rows))
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        starts, columns, values = [0], list[int](), list[float]()
        for row in rows:
            columns.extend(column for column, _ in row)
            values.extend(value for _, value in row)
            starts.append(len(columns))
        model.a_matrix_.start_ = numpy.array(starts, dtype=numpy.int32)
        model.a_matrix_.index_ = numpy.array(columns, dtype=numpy.int32)
        model.a_matrix_.value_ = numpy.array(values, dtype=numpy.float64)
        if whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * len(bounds)
        self._highs.passModel(model)
        self._module = highspy

    def cost(self, column: int, value: float) -> None:
        self._highs.changeColCost(column, value)

    def bounds(self, column: int, lower: float, upper: float) -> None:
        self._highs.changeColBounds(column, lower, upper)

    def coefficient(self, row: int, column: int, value: float) -> None:
        self._highs.changeCoeff(row, column, value)

    def row_at_least(self, row: int, value: float) -> None:
        self._highs.changeRowBounds(row, value, self._module.kHighsInf)

    def solve(self) -> Any:
        """The cheapest solution by column; None if there is none. Raises GaveUpError."""
        self._highs.run()
        status = self._highs.getModelStatus()
        kinds = self._module.HighsModelStatus
        if status == kinds.kOptimal:
            return self._highs.getSolution().col_value
        if status == kinds.kInfeasible:
            return None
        if status == kinds.kSolutionLimit:
            raise GaveUpError
        raise SolverError(self._highs.modelStatusToString(status))


class Attack:
    """What can be worked out of the cells of a component as long as some of them are shown."""

    def __init__(self, system: System, component: Component, shown: Iterable[int] = ()) -> None:
        self.cells = component.cells
        self._place = {cell: column for column, cell in enumerate(component.cells)}
        self._rows = [[(self._place[cell], float(sign)) for cell, sign in one] for one in component.relations]
        lower = [float(system.cells[cell].lower - system.cells[cell].value) for cell in component.cells]
        self._open = [(low, float(REACH)) for low in lower]
        self._bounds = list(self._open)
        for cell in shown:
            self._bounds[self._place[cell]] = (0.0, 0.0)

    @cached_property
    def _program(self) -> _Program:
        return _Program(self._bounds, self._rows, primal=True)

    @cached_property
    def _whole_program(self) -> _Program:
        return _Program(self._bounds, self._rows, whole=True)

    def show(self, cell: int) -> None:
        """Let the attacker know the cell."""
        self._bound(self._place[cell], (0.0, 0.0))

    def hide(self, cell: int) -> None:
        """Take it away again."""
        column = self._place[cell]
        self._bound(column, self._open[column])

    def furthest(self, cell: int, sign: int) -> Move | None:
        """The guess that fits everything and is furthest from the truth, above (1) or below (-1)."""
        return self._solve(self._program, cell, sign)

    def furthest_whole(self, cell: int, sign: int, enough: int) -> Move | None:
        """The guess in whole numbers that is furthest from the truth, up to `enough`. Raises GaveUpError."""
        column = self._place[cell]
        low, high = self._bounds[column]
        self._whole_program.bounds(column, max(low, -float(enough)), min(high, float(enough)))
        try:
            return self._solve(self._whole_program, cell, sign)
        finally:
            self._whole_program.bounds(column, low, high)

    def _solve(self, program: _Program, cell: int, sign: int) -> Move | None:
        column = self._place[cell]
        program.cost(column, -float(sign))
        try:
            found = program.solve()
        finally:
            program.cost(column, 0.0)
        return None if found is None else _moved(self.cells, found)

    def _bound(self, column: int, bounds: tuple[float, float]) -> None:
        self._bounds[column] = bounds
        for name in ("_program", "_whole_program"):
            if name in self.__dict__:
                self.__dict__[name].bounds(column, *bounds)


class Cover:
    """Finds what to hide so that a hidden cell of a component is wide enough: the cheapest pair of wrong guesses."""

    def __init__(self, system: System, component: Component, costs: Mapping[int, float]) -> None:
        self.cells = component.cells
        count = len(self.cells)
        self._place = {cell: column for column, cell in enumerate(self.cells)}
        # Four columns a cell: the first guess above and below the truth, and the second.
        down = [float(system.cells[cell].value - system.cells[cell].lower) for cell in self.cells]
        upper = [float(REACH)] * count + down
        rows: list[list[tuple[int, float]]] = []
        for guess in (0, 2 * count):
            for relation in component.relations:
                row = []
                for cell, sign in relation:
                    column = guess + self._place[cell]
                    row += [(column, float(sign)), (column + count, -float(sign))]
                rows.append(row)
        self._goal = len(rows)
        rows += [[] for _ in range(GOALS)]
        self._program = _Program([(0.0, most) for most in (*upper, *upper)], rows)
        for cell in self.cells:
            self.set_cost(cell, costs[cell])

    def set_cost(self, cell: int, cost: float) -> None:
        """What it costs to be wrong by 1 in this cell."""
        for column in self._columns(cell):
            self._program.cost(column, cost)

    def moves(self, widths: Mapping[int, int]) -> tuple[Move, Move] | None:
        """Two guesses between which each of these cells (`GOALS` at most) differs by its width; None if none fit."""
        for row, (cell, width) in enumerate(widths.items(), start=self._goal):
            self._set_goal(row, cell, 1.0, float(width))
        found = self._program.solve()
        for row, cell in enumerate(widths, start=self._goal):
            self._set_goal(row, cell, 0.0, 0.0)
        if found is None:
            return None
        count = len(self.cells)
        first = [found[place] - found[place + count] for place in range(count)]
        second = [found[place + 2 * count] - found[place + 3 * count] for place in range(count)]
        return _moved(self.cells, first), _moved(self.cells, second)

    def _set_goal(self, row: int, cell: int, weight: float, width: float) -> None:
        for column, sign in zip(self._columns(cell), (1, -1, -1, 1), strict=True):
            self._program.coefficient(row, column, sign * weight)
        self._program.row_at_least(row, width)

    def _columns(self, cell: int) -> tuple[int, int, int, int]:
        column, count = self._place[cell], len(self.cells)
        return column, column + count, column + 2 * count, column + 3 * count


def is_whole(move: Move) -> bool:
    """Whether the guess consists of whole numbers, as counts do."""
    return all(abs(value - round(value)) < TOLERANCE for value in move.values())


def _moved(cells: Sequence[int], values: Sequence[float]) -> Move:
    return {cell: value for cell, value in zip(cells, values, strict=True) if abs(value) > TOLERANCE}
