"""One name, one key, in both functions."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

LAMBDAS = Path(__file__).parents[2] / "lambdas"


def _name_key() -> Any:
    spec = spec_from_file_location("name_key", LAMBDAS / "name_searcher" / "name_key.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


name_key = _name_key()


def test_both_functions_carry_the_same_rule_and_the_same_release_of_what_it_rests_on():
    searcher, worker = LAMBDAS / "name_searcher", LAMBDAS / "queue_worker"
    assert (searcher / "name_key.py").read_bytes() == (worker / "name_key.py").read_bytes()
    assert _pinned(searcher, "anyascii") == _pinned(worker, "anyascii")


@pytest.mark.parametrize(
    "spelling", ["john  DOE", "Doe, John", " John\tDoe\n", "doe,john", "Jöhn Dóe", "John\u3000Doe"]
)
def test_the_spellings_of_a_name_have_one_key(spelling: str):
    assert name_key.key_of(spelling) == "john doe"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("José Núñez", "jose nunez"),
        ("Jose\u0301 Nu\u0301n\u0303ez", "jose nunez"),
        ("Łukasz Weiß", "lukasz weiss"),
        ("Müller-Lüdenscheidt", "muller-ludenscheidt"),
        ("O'Brien, Pat", "pat o'brien"),
        ("Doe, John, Jr.", "john, jr. doe"),
        ("Cher", "cher"),
        ("Лев Толстой", "lev tolstoy"),
    ],
)
def test_a_name_is_folded_to_ascii(name: str, key: str):
    assert name_key.key_of(name) == key


def test_different_people_keep_different_keys():
    assert len({name_key.key_of(name) for name in ("John Doe", "Jane Doe", "John Doer", "Doe John")}) == 4


@pytest.mark.parametrize("name", ["", "  ", "\r\n", ",", " , ", "\u200b"])
def test_a_name_without_any_letter_is_refused(name: str):
    with pytest.raises(name_key.InvalidNameError, match="`name` is missing or blank"):
        name_key.key_of(name)


def test_a_hundred_characters_are_a_name_and_one_more_is_not():
    assert name_key.key_of("x" * 100) == "x" * 100
    with pytest.raises(name_key.InvalidNameError, match="`name` has more than 100 characters"):
        name_key.key_of("x" * 101)


def test_a_short_name_whose_key_dynamodb_would_refuse_is_refused_here():
    with pytest.raises(name_key.InvalidNameError, match="`name` is longer than 2048 bytes"):
        name_key.key_of("\U0001faf0" * 100)


@given(st.text())
def test_every_name_is_either_refused_or_fit_for_a_partition_key(name: str):
    try:
        key = name_key.key_of(name)
    except name_key.InvalidNameError:
        return
    assert 1 <= len(key.encode("ascii")) <= 2048


def _pinned(function: Path, package: str) -> list[str]:
    return [line for line in (function / "requirements.txt").read_text().splitlines() if line.startswith(package)]
