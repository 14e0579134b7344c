"""Micrographs of graphene with a known truth.

:func:`record` images a specimen as a microscope does: multislice and a contrast transfer function
for HRTEM, the profiles of single atoms for dark-field STEM, and the counts of a camera or a scan.
:func:`sample` draws specimen and conditions from a :func:`preset`; :func:`write_micrographs`,
:func:`write_patches` and :func:`stream_patches` make data sets of them.

:func:`micrograph` is a cheap imitation by linear imaging: one profile at every atom, with the
contrast set by hand. It needs no abTEM.
"""

from sixring.simulate._camera import record_camera
from sixring.simulate._conditions import HRTEM, STEM, Camera, Conditions
from sixring.simulate._contamination import Patch
from sixring.simulate._counts import expected_electrons, record_scan
from sixring.simulate._demo import demo_path
from sixring.simulate._distributions import Distribution
from sixring.simulate._hrtem import hrtem_intensity, hrtem_reach
from sixring.simulate._linear import Profile, lattice_modulation, render
from sixring.simulate._micrograph import PROFILES, micrograph
from sixring.simulate._micrographs import MicrographSettings, write_micrographs
from sixring.simulate._patches import PatchSettings, is_finished, write_patches
from sixring.simulate._presets import Preset, draw, preset, presets
from sixring.simulate._profiles import PROFILE_ELEMENTS, AtomProfile, atom_profile
from sixring.simulate._record import record
from sixring.simulate._sample import Make, Sample, sample
from sixring.simulate._scan import Scan
from sixring.simulate._simulated import Simulated
from sixring.simulate._stem import graphene_signal, scanned_signal, stem_reach, stem_signal
from sixring.simulate._stream import PatchBatch, stream_patches
from sixring.simulate._wave import ExitWave, exit_wave

__all__ = [
    "HRTEM",
    "PROFILES",
    "PROFILE_ELEMENTS",
    "STEM",
    "AtomProfile",
    "Camera",
    "Conditions",
    "Distribution",
    "ExitWave",
    "Make",
    "MicrographSettings",
    "Patch",
    "PatchBatch",
    "PatchSettings",
    "Preset",
    "Profile",
    "Sample",
    "Scan",
    "Simulated",
    "atom_profile",
    "demo_path",
    "draw",
    "exit_wave",
    "expected_electrons",
    "graphene_signal",
    "hrtem_intensity",
    "hrtem_reach",
    "is_finished",
    "lattice_modulation",
    "micrograph",
    "preset",
    "presets",
    "record",
    "record_camera",
    "record_scan",
    "render",
    "sample",
    "scanned_signal",
    "stem_reach",
    "stem_signal",
    "stream_patches",
    "write_micrographs",
    "write_patches",
]
