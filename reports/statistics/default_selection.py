"""What one gets of a table without choosing: all of it, or of a very large one as many of the latest periods as fit."""

from math import prod

from reports.statistics.cube import Cube


def default_selection(cube: Cube, most_cells: int) -> dict[str, list[str]]:
    """The codes by variable.

    Where the table has more than `most_cells` cells the latest periods that fit are chosen; a table that does not fit
    with a single period, or has none, is cut in its longest other dimension too.
    """
    chosen = {dimension.id: dimension.codes for dimension in cube.dimensions}
    time = cube.time
    in_order = sorted(cube.dimensions, key=lambda one: (one is not time, -len(one.categories)))
    for dimension in in_order:
        cells = prod(len(codes) for codes in chosen.values())
        if cells <= most_cells:
            break
        others = cells // len(chosen[dimension.id])
        fitting = max(1, most_cells // others)
        chosen[dimension.id] = dimension.codes[-fitting:] if dimension is time else dimension.codes[:fitting]
    return chosen
