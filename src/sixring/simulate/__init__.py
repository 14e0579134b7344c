"""Micrographs of graphene with a known truth, by linear imaging.

An image is the sum of one profile at every atom; counts are Poisson. In STEM dark field that is
close to what a microscope records of a monolayer. For HRTEM it is an imitation of linear phase
contrast: the profile is a band-pass and the contrast is set by hand, so that lattice, defects,
noise and contamination look alike, but no aberration is modelled.
"""

from sixring.simulate._camera import record_camera
from sixring.simulate._conditions import HRTEM, STEM, Camera, Conditions
from sixring.simulate._contamination import Patch
from sixring.simulate._demo import demo_path
from sixring.simulate._hrtem import hrtem_intensity, hrtem_reach
from sixring.simulate._linear import Profile, lattice_modulation, render
from sixring.simulate._micrograph import PROFILES, micrograph
from sixring.simulate._simulated import Simulated
from sixring.simulate._wave import ExitWave, exit_wave

__all__ = [
    "HRTEM",
    "PROFILES",
    "STEM",
    "Camera",
    "Conditions",
    "ExitWave",
    "Patch",
    "Profile",
    "Simulated",
    "demo_path",
    "exit_wave",
    "hrtem_intensity",
    "hrtem_reach",
    "lattice_modulation",
    "micrograph",
    "record_camera",
    "render",
]
