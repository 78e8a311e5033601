"""Every check of the networks that come with the package passes."""

from pathlib import Path

import pytest

import symparams
from symparams.model.files import ZOO

FILES = sorted(Path(ZOO).glob("*.sym"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_checks_of_a_network_pass(path: Path) -> None:
    outcomes = symparams.load(path).check()
    assert outcomes
    assert [(outcome.text, outcome.status) for outcome in outcomes if outcome.status != "proved"] == []
