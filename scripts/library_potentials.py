"""The potentials with which the library's structures are relaxed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sixring.structures import LATTICE_CONSTANT

if TYPE_CHECKING:
    from ase import Atoms
    from ase.calculators.calculator import Calculator

FORCE = 0.005
"""Atoms are relaxed until no force is larger, in eV/A."""


@dataclass(frozen=True)
class Potential:
    """An interatomic potential and its own perfect graphene."""

    name: str
    """As the headers have it, with its source."""
    make: Callable[[], Calculator]
    """Makes the ASE calculator."""

    @property
    def scale(self) -> float:
        """Its own lattice constant over that of graphene."""
        return _graphene(self)[0] / LATTICE_CONSTANT

    @property
    def carbon(self) -> float:
        """Energy of an atom of its graphene in eV."""
        return _graphene(self)[1]

    def energy(
        self,
        positions: NDArray[np.float64],
        elements: tuple[str, ...],
        period: float | None = None,
    ) -> float:
        """Return the energy (eV) of atoms given on the scale of 2.46 angstrom."""
        return float(self._atoms(positions, elements, period).get_potential_energy())

    def relax(
        self,
        positions: NDArray[np.float64],
        elements: tuple[str, ...],
        free: NDArray[np.bool_],
        period: float | None = None,
    ) -> tuple[NDArray[np.float64], float]:
        """Move the free atoms to the nearest minimum.

        Parameters
        ----------
        positions : ndarray, shape (n, 3)
            Atoms in angstrom, on the scale of 2.46 angstrom.
        elements : tuple of str
            n chemical symbols.
        free : ndarray of bool, shape (n,)
            The atoms that may move.
        period : float or None
            The period along y on the same scale; None for a structure without one.

        Returns
        -------
        positions : ndarray, shape (n, 3)
            On the scale of 2.46 angstrom.
        energy : float
            In eV.
        """
        from ase.constraints import FixAtoms
        from ase.optimize import FIRE, LBFGS

        atoms = self._atoms(positions, elements, period)
        atoms.set_constraint(FixAtoms(np.flatnonzero(~free)))
        # FIRE gets out of the seed's stretched bonds, which would throw a line search.
        FIRE(atoms, logfile=None).run(fmax=0.1, steps=2000)
        if not LBFGS(atoms, logfile=None).run(fmax=FORCE, steps=5000):
            raise RuntimeError(f"{self.name} didn't come to rest in 5000 steps")
        return atoms.positions / self.scale, float(atoms.get_potential_energy())

    def _atoms(
        self,
        positions: NDArray[np.float64],
        elements: tuple[str, ...],
        period: float | None = None,
    ) -> Atoms:
        from ase import Atoms

        along = 500.0 if period is None else period * self.scale
        return Atoms(
            elements,
            positions * self.scale,
            cell=(500.0, along, 100.0),
            pbc=(False, period is not None, False),
            calculator=self.make(),
        )


@cache
def _graphene(potential: Potential) -> tuple[float, float]:
    """Return the lattice constant (A) and the energy of an atom (eV) of flat graphene."""
    from ase.build import graphene
    from scipy.optimize import minimize_scalar

    calculator = potential.make()

    def energy(a: float) -> float:
        atoms = graphene(a=a, vacuum=10.0).repeat((6, 6, 1))
        atoms.pbc = True
        atoms.calc = calculator
        return float(atoms.get_potential_energy()) / len(atoms)

    found = minimize_scalar(energy, bounds=(2.40, 2.60), method="bounded", options={"xatol": 1e-7})
    return float(found.x), float(found.fun)


def _rebo2() -> Calculator:
    from atomistica import Rebo2

    return Rebo2()


def _silicon() -> Calculator:
    from atomistica import Brenner, Erhart_PRB_71_035211_SiC

    parameters = deepcopy(Erhart_PRB_71_035211_SiC)
    parameters["r0"][0] *= 0.961497
    return Brenner(**parameters)


def _nitrogen() -> Calculator:
    from atomistica import Matsunaga_Fisher_Matsubara_Jpn_J_Appl_Phys_39_48_B_C_N, Tersoff

    return Tersoff(**Matsunaga_Fisher_Matsubara_Jpn_J_Appl_Phys_39_48_B_C_N)


def _boron() -> Calculator:
    from atomistica import Matsunaga_Fisher_Matsubara_Jpn_J_Appl_Phys_39_48_B_C_N, Tersoff

    parameters = deepcopy(Matsunaga_Fisher_Matsubara_Jpn_J_Appl_Phys_39_48_B_C_N)
    for key in ("lambda", "mu"):
        parameters[key][0] *= 1.028318
    return Tersoff(**parameters)


# The potentials for other elements have graphene 3 to 4 % too large. Where the bonds between
# carbon and the other element are right as they are, those of carbon to carbon alone are
# shortened; the nitrogen's are too long as well, so there everything is scaled.
REBO2 = Potential("REBO2, Brenner et al. J. Phys. Condens. Matter 14 783 (2002)", _rebo2)
SILICON = Potential("Erhart and Albe, Phys. Rev. B 71 035211 (2005), C-C shortened", _silicon)
NITROGEN = Potential(
    "Matsunaga et al. Jpn. J. Appl. Phys. 39 L48 (2000), all lengths scaled", _nitrogen
)
BORON = Potential("Matsunaga et al. Jpn. J. Appl. Phys. 39 L48 (2000), C-C shortened", _boron)
