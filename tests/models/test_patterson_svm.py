"""Patterson functions against the fast Fourier transform, and the SVM against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import rotate
from scipy.signal import correlate
from sklearn.svm import OneClassSVM
from torch import Tensor

from honeycomb_patches import honeycomb
from sixring.errors import UsageError
from sixring.evaluate import roc_auc
from sixring.models._patterson import PattersonRings
from sixring.models.network import normalise
from sixring.models.patterson_svm import PattersonSVM, PattersonSVMConfig
from sixring.train import make_model


def smooth(n: int, shape: tuple[int, int], seed: int = 0) -> Tensor:
    """Return patches with no frequencies above an eighth of a cycle per pixel."""
    random = np.random.default_rng(seed)
    spectrum = np.fft.fft2(random.normal(size=(n, 4 * shape[0], 4 * shape[1])))
    high = [np.abs(np.fft.fftfreq(4 * side)) > 0.125 for side in shape]
    spectrum[:, high[0][:, None] | high[1][None]] = 0
    images = np.fft.ifft2(spectrum).real[:, : shape[0], : shape[1]]
    # To zero at the edges, so that the edges bring no high frequencies.
    taper = np.outer(*(np.hanning(side + 2)[1:-1] for side in shape))
    return torch.from_numpy(images * taper).float().unsqueeze(1)


@pytest.mark.parametrize("shape", [(24, 24), (20, 27)])
def test_rings_are_harmonics_of_the_autocorrelation(shape: tuple[int, int]) -> None:
    patches = smooth(3, shape)
    rings = PattersonRings(shape)
    found = rings(patches).reshape(3, 7, rings.rings)
    rows, cols = (np.arange(1 - side, side) for side in shape)
    radius = np.hypot(rows[:, None], cols[None])
    angle = np.arctan2(*np.broadcast_arrays(rows[:, None], cols[None]))
    for patch, numbers in zip(patches[:, 0].numpy(), found.numpy(), strict=True):
        function = correlate(patch, patch, method="direct") / patch.size
        for k, order in enumerate((0, 2, 4, 6, 8, 10, 12)):
            for ring in range(rings.rings):
                weight = np.clip(1 - np.abs(radius / 2 - (ring + 1)), 0, None)
                mean = (weight * function * np.exp(1j * order * angle)).sum() / weight.sum()
                expected = abs(mean) if order else mean.real
                tolerance = 2e-3 * float(function.max())
                assert float(numbers[k, ring]) == pytest.approx(expected, abs=tolerance)


def test_where_a_pattern_lies_does_not_matter() -> None:
    blob = torch.zeros(1, 1, 32, 32)
    blob[..., 8:20, 8:20] = smooth(1, (12, 12))
    moved = torch.roll(blob, (9, 5), dims=(2, 3))
    rings = PattersonRings((32, 32))
    torch.testing.assert_close(rings(moved), rings(blob), atol=1e-6, rtol=1e-4)


def test_how_a_pattern_is_turned_hardly_matters() -> None:
    blob = np.zeros((40, 40))
    blob[12:28, 12:28] = smooth(1, (16, 16))[0, 0]
    turned = rotate(blob, 37, reshape=False)
    rings = PattersonRings((40, 40))
    one, other = (rings(torch.from_numpy(b).float()[None, None])[0] for b in (blob, turned))
    another = rings(torch.nn.functional.pad(smooth(1, (16, 16), seed=5), (12, 12, 12, 12)))[0]
    assert float((one - other).norm()) < 0.1 * float(one.norm())
    assert float((one - another).norm()) > 0.3 * float(one.norm())


def settled(images: Tensor, **settings: float) -> PattersonSVM:
    torch.manual_seed(0)
    config = PattersonSVMConfig.of(settings)
    network = PattersonSVM(config, (images.shape[1], images.shape[2]))
    network.settle(images.split(64))
    return network


def test_the_score_is_the_decision_of_the_machine() -> None:
    images = torch.from_numpy(honeycomb(150, side=24, share=0)[0])
    network = settled(images, components=6, nu=0.2, patches=100)
    test = torch.from_numpy(honeycomb(60, side=24, seed=3)[0])
    with torch.no_grad():
        drawn, computed = network(images)["code"].numpy(), network(test)
    machine = OneClassSVM(nu=0.2, gamma=1 / 6)
    torch.manual_seed(0)
    PattersonSVM(PattersonSVMConfig(components=6, nu=0.2, patches=100), (24, 24))
    chosen = torch.randperm(150)[:100].numpy()
    machine.fit(drawn[chosen])
    code = computed["code"].numpy()
    decision = machine.decision_function(code)
    score = computed["outlyingness"].numpy()
    near = machine.score_samples(code) > 1e-6 * machine.offset_
    expected = -np.log1p(decision[near] / machine.offset_)
    np.testing.assert_allclose(score[near], expected, atol=2e-3)
    assert ((score > 0) == (decision < 0)).mean() > 0.98


def test_the_share_outside_is_as_it_was_asked_for() -> None:
    images = torch.from_numpy(honeycomb(300, side=24, share=0)[0])
    with torch.no_grad():
        scores = settled(images, components=4, nu=0.25)(images)["outlyingness"]
    assert float((scores > 0).float().mean()) == pytest.approx(0.25, abs=0.02)


def test_the_code_has_the_same_variance_everywhere() -> None:
    images = torch.from_numpy(honeycomb(200, side=24, share=0)[0])
    with torch.no_grad():
        code = settled(images, components=5)(images)["code"].double()
    np.testing.assert_allclose(np.cov(code.numpy().T), np.eye(5), atol=1e-2)


def test_far_outside_scores_still_grow() -> None:
    images = torch.from_numpy(honeycomb(100, side=24, share=0)[0])
    network = settled(images, components=5)
    stripes = torch.zeros(3, 24, 24)
    for k, width in enumerate((1, 3, 6)):
        stripes[k, :, :width] = 1.0
    scores = network(stripes)["outlyingness"]
    assert torch.isfinite(scores).all()
    assert len(set(scores.tolist())) == 3
    assert float(scores.min()) > float(network(images)["outlyingness"].max())


def test_more_components_than_numbers_are_refused() -> None:
    message = (
        "^components must be at most 42, as many as the Patterson function of a 16x20 patch has "
        "numbers, not 43$"
    )
    with pytest.raises(UsageError, match=message):
        PattersonSVM(PattersonSVMConfig(components=43), (16, 20))
    PattersonSVM(PattersonSVMConfig(components=42), (16, 20))


def test_too_few_patches_are_refused() -> None:
    message = (
        "^patterson-svm with components = 8 needs more perfect patches than that to learn from, "
        "not 8$"
    )
    with pytest.raises(UsageError, match=message):
        settled(torch.randn(8, 24, 24), components=8)


def test_a_spot_on_a_lattice_is_found() -> None:
    images, _ = honeycomb(400, share=0, side=32, noise=0.2)
    model = make_model("patterson-svm", components=10).fit(images)
    test, labels = honeycomb(200, seed=99, side=32, noise=0.2)
    assert roc_auc(model.decision_function(test), labels) > 0.9


def test_patches_are_normalised_before_it_all() -> None:
    images = torch.from_numpy(honeycomb(4, side=24)[0])
    network = PattersonSVM(PattersonSVMConfig(components=4), (24, 24))
    expected = network.outputs(normalise(images))["outlyingness"]
    torch.testing.assert_close(network(images)["outlyingness"], expected)
