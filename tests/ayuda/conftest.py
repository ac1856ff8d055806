"""The application and visitors of tests/web, for these pages too."""

from web.conftest import anonimo, app, de_a

__all__ = ["anonimo", "app", "de_a"]
