"""The small empleador of the tests of lotes, for its labour history."""

import pytest

from tests.lotes.conftest import Office, make_config


@pytest.fixture
def office(database, tmp_path):
    return Office(database, make_config(tmp_path))
