"""No test of delivery reaches an index or a cache outside of its own folder."""

import os

import pytest
from delivery.samples import Index
from lambdaform_delivery.packaging import resolution
from lambdaform_delivery.packaging.cache import Cache


@pytest.fixture(autouse=True)
def index(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Index:
    folder = tmp_path_factory.mktemp("index")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return Index(folder)


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Cache:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("LAMBDAFORM_CACHE", str(folder))
    return Cache(folder, folder)


@pytest.fixture
def quick_pip(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests whose subject is not the download: copies wheels out of the index."""
    monkeypatch.setattr(resolution, "download", index.download)
