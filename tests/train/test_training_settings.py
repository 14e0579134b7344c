from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sixring.errors import ReadError, UsageError
from sixring.models import MODELS, model_names, network_class
from sixring.patches import Augmentation
from sixring.train import Training, make_model, read_settings

OWN = {"name", "seed", "score", "augment"}


@pytest.mark.parametrize("name", model_names())
def test_no_two_parameters_share_a_name(name: str) -> None:
    of_network, of_training = set(network_class(name).config_type.names()), set(Training.names())
    assert not of_network & of_training
    assert not (of_network | of_training) & OWN
    asked = of_training if MODELS[name].descends else {"validation"}
    assert set(make_model(name).get_params()) == of_network | asked | OWN


@pytest.mark.parametrize("name", model_names())
def test_patches_are_changed_where_there_are_epochs_to_do_it_in(name: str) -> None:
    assert make_model(name).get_params()["augment"] is MODELS[name].descends
    assert make_model(name, augment=False).get_params()["augment"] is False


@pytest.mark.parametrize("name", [name for name in MODELS if not MODELS[name].descends])
@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"epochs": 3}, "epochs"),
        ({"batch_size": 8, "device": "cpu"}, "batch_size"),
        ({"monitor": "auc"}, "monitor"),
        ({"augment": True}, "augment"),
        ({"augment": Augmentation(blur=0.0)}, "augment"),
    ],
)
def test_what_only_epochs_need_is_refused_without_them(
    name: str, settings: dict[str, Any], named: str
) -> None:
    with pytest.raises(UsageError) as caught:
        make_model(name, **settings)
    assert str(caught.value) == (
        f"{name} isn't trained epoch by epoch, so {named} means nothing to it: leave it out"
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"name": "unet"},
            "there is no model 'unet': choose from dense-ae, conv-ae, vae",
        ),
        ({"seed": -1}, "seed must be a whole number of at least 0, not -1"),
        ({"seed": 0.5}, "seed must be a whole number of at least 0, not 0.5"),
        ({"score": "kl"}, "cnn-a has no score 'kl': choose from logit"),
        ({"augment": "yes"}, "augment must be true, false or an Augmentation, not 'yes'"),
        ({"epoch": 3}, "there is no setting 'epoch': did you mean epochs?"),
        ({"latent": 3}, "there is no setting 'latent': "),
        ({"epochs": 0}, "epochs must be a whole number of at least 1, not 0"),
        ({"batch_size": 2.5}, "batch_size must be a whole number of at least 1, not 2.5"),
        ({"learning_rate": 0}, "learning_rate must be a number above 0, not 0"),
        ({"weight_decay": -1}, "weight_decay must be a number at least 0, not -1"),
        ({"patience": -1}, "patience must be a whole number of at least 0, not -1"),
        ({"monitor": "f1"}, "monitor must be one of loss, auc, not 'f1'"),
        ({"validation": 1.0}, "validation must be a number above 0 and below 1, not 1.0"),
        (
            {"imbalance": "smote"},
            "imbalance must be one of balanced, weights, focal, none, not 'smote'",
        ),
        ({"focal_exponent": -2}, "focal_exponent must be a number at least 0, not -2"),
        ({"device": "tpu"}, "device must be one of auto, cpu, gpu, not 'tpu'"),
        ({"kernel": 2}, "kernel must be odd, or a patch would shrink, not 2"),
    ],
)
def test_a_setting_that_can_not_be_is_refused_at_once(
    settings: dict[str, Any], sentence: str
) -> None:
    given = {"name": "cnn-a", **settings}
    with pytest.raises(UsageError) as caught:
        make_model(**given)
    assert str(caught.value).startswith(sentence)


def test_set_params_checks_too_and_changes_nothing_then() -> None:
    model = make_model("vae", latent=8)
    with pytest.raises(UsageError, match="latent must be a whole number"):
        model.set_params(latent=0)
    assert model.get_params()["latent"] == 8
    assert model.set_params(latent=4, seed=2).get_params()["latent"] == 4


def test_settings_are_read_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "vae.toml"
    path.write_text(
        'name = "vae"\nseed = 3\nscore = "kl"\n'
        "[network]\nlatent = 8\nchannels = [4, 4, 8, 8, 8]\n"
        "[training]\nepochs = 30\nlearning_rate = 0.01\n"
        "[augmentation]\ninversion = 0.5\n"
    )
    params = make_model(**read_settings(path)).get_params()
    expected = make_model(
        "vae",
        seed=3,
        score="kl",
        latent=8,
        channels=[4, 4, 8, 8, 8],
        epochs=30,
        learning_rate=0.01,
        augment=Augmentation(inversion=0.5),
    ).get_params()
    assert params == expected


def test_augmentation_is_turned_off_in_toml_too(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('name = "cnn-b"\naugment = false\n')
    assert make_model(**read_settings(path)).get_params()["augment"] is False


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ("seed = 1", UsageError, 'names no model: write such as name = "vae" at its top'),
        ("name = 5", UsageError, 'names no model: write such as name = "vae" at its top'),
        ("name = ", ReadError, "is no TOML ("),
        (
            'name = "vae"\n[net]\n',
            UsageError,
            "has the table [net]: choose from [network], [training], [augmentation]",
        ),
        (
            'name = "vae"\n[augmentation]\nblurr = 1\n',
            UsageError,
            "there is no setting 'blurr': did you mean blur?",
        ),
        (
            'name = "vae"\n[augmentation]\nblur = -1.0\n',
            UsageError,
            "[augmentation] blur must be 0 to 100, not -1",
        ),
        (
            'name = "vae"\n[augmentation]\nblur = "much"\n',
            UsageError,
            "[augmentation] ",
        ),
    ],
)
def test_a_settings_file_that_says_nothing_clear_is_refused(
    tmp_path: Path, text: str, error: type[Exception], sentence: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(error) as caught:
        read_settings(path)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_settings_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read_settings(tmp_path / "none.toml")
    assert str(caught.value) == (
        f"{tmp_path / 'none.toml'}: can't be read (no such file or directory): name a TOML file"
    )


def test_numbers_of_numpy_are_numbers() -> None:
    params = make_model("cnn-a", epochs=np.int64(3), learning_rate=np.float32(0.5)).get_params()
    assert params["epochs"] == 3
