"""An attacker written anew: reads nothing but published numbers, and sums that anybody can see, into scipy.

It shares no code with what is tested. Its unknowns are the atoms: numbers per combination of codes of every dimension.
Every published cell is a sum of atoms; every hidden cell is a sum of which it wants to know the least and the most.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from reports.statistics.cube import Cube

Atom = tuple[str, ...]


@dataclass(frozen=True)
class Sight:
    """A cell as it was published: the atoms that it sums, and its value; None where it is hidden.

    What was never `printed` may be 0, though zeros are shown.
    """

    atoms: frozenset[Atom]
    value: int | None
    printed: bool = True


def sights(
    published: Cube,
    axes: Sequence[Sequence[str]],
    means: Mapping[str, Sequence[str]] | None = None,
    *,
    turned: bool = False,
) -> list[Sight]:
    """The cells of a published table, of which dimension number N lies along the axis number N.

    `means` says what a code stands for that is not itself on the axis; `turned` that the axes come in the other order.
    """
    found = []
    rows = [one.categories for one in published.dimensions[:-1]]
    for flat, key in enumerate(itertools.product(*rows)):
        choices = [
            axes[place] if category.is_total else (means or {}).get(category.code, [category.code])
            for place, category in enumerate(key)
        ]
        value = published.values[flat]
        atoms = frozenset(atom[::-1] if turned else atom for atom in itertools.product(*choices, *axes[len(key) :]))
        found.append(Sight(atoms, None if value is None else int(value)))
    return found


def intervals(
    seen: Sequence[Sight], *, whole: bool, zeros_shown: bool = True
) -> dict[frozenset[Atom], tuple[float, float]]:
    """The least and the most that each hidden cell can be."""
    atoms = sorted(set().union(*(one.atoms for one in seen)))
    place = {atom: number for number, atom in enumerate(atoms)}

    def row(one: Sight) -> np.ndarray:
        found = np.zeros(len(atoms))
        found[[place[atom] for atom in one.atoms]] = 1
        return found

    known = [one for one in seen if one.value is not None]
    hidden = list(dict.fromkeys(one.atoms for one in seen if one.value is None))
    matrix = np.array([row(one) for one in known]).reshape(len(known), len(atoms))
    values = np.array([float(one.value or 0) for one in known])
    printed = {one.atoms for one in seen if one.printed}
    least = np.array([row(Sight(one, None)) for one in hidden]).reshape(len(hidden), len(atoms))
    floors = np.array([float(zeros_shown and one in printed) for one in hidden])
    result = {}
    for one in hidden:
        goal = row(Sight(one, None))
        ends = []
        for sign in (1, -1):
            if whole:
                constraints = [LinearConstraint(least, floors, np.inf)]
                if known:
                    constraints.append(LinearConstraint(matrix, values, values))
                found = milp(
                    sign * goal, constraints=constraints, integrality=np.ones(len(atoms)), bounds=Bounds(0, 10_000)
                )
            else:
                found = linprog(
                    sign * goal,
                    A_ub=-least,
                    b_ub=-floors,
                    A_eq=matrix if known else None,
                    b_eq=values if known else None,
                    bounds=(0, 10_000),
                )
            assert found.status == 0, found.message
            ends.append(sign * found.fun)
        result[one] = (round(ends[0], 4), round(ends[1], 4))
    return result


def too_narrow(
    seen: Sequence[Sight], *, threshold: int = 4, whole: bool = True, zeros_shown: bool = True
) -> list[frozenset[Atom]]:
    """The hidden cells that this attacker narrows to within the threshold."""
    found = intervals(seen, whole=whole, zeros_shown=zeros_shown)
    return [atoms for atoms, (low, high) in found.items() if high - low <= threshold]
