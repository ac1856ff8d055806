"""The portal and the people of tests/pages, and senders of files in parts."""

import pytest

from pages.conftest import de_a, de_b, settings, soporte, world
from tus.sender import Sender
from web.portal_client import Navegador

__all__ = ["de_a", "de_b", "sender", "settings", "soporte", "world"]


@pytest.fixture
def sender(de_a: Navegador) -> Sender:
    """The first empleador's own account, with a tus client."""
    return Sender(de_a)
