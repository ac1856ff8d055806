"""How Chromium is started, here and by tools/screens: Debian's, without what it does by itself in the background."""

from __future__ import annotations

EXECUTABLE = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAUNCH = {"executable_path": EXECUTABLE, "args": ARGUMENTS}
SPANISH = {"locale": "es-EC", "timezone_id": "America/Guayaquil"}
