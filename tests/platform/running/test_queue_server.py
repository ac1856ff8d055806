import stat
from pathlib import Path

import pytest

from portal.config import ConfigError
from portal.running.queue_server import socket_path
from tests.conftest import QueueServer


def test_a_socket_path_that_no_system_takes_is_said_before_anything_starts() -> None:
    with pytest.raises(ConfigError, match="PORTAL_DATOS"):
        socket_path(Path("/datos") / ("á" * 60))


def test_only_its_owner_reaches_the_queue(queue_server: QueueServer) -> None:
    mode = (queue_server.folder / "cola.sock").stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o700
