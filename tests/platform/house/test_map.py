"""The map of the house is true: its picture is made from today's contracts, and what it answers is there."""

from __future__ import annotations

import re
import subprocess
import sys

from portal.config import ROOT

MAP = ROOT / "docs" / "adr" / "0001-the-house.md"
MOST = 13  # files of a room: a dozen and the __init__
#: one file a noun, one a novedad: as long as the list of what there is
LISTS = {"modelos", "novedades"}


def test_the_picture_is_of_these_contracts() -> None:
    done = subprocess.run([sys.executable, "tools/rooms", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_questions_have_their_answers() -> None:
    answers = re.findall(r"^\| .+\? \| `(portal/[^`]+)` \|$", MAP.read_text(), re.M)
    assert len(answers) == 10
    assert [path for path in answers if not (ROOT / path).is_file()] == []


def test_no_room_is_crowded() -> None:
    rooms = {path.parent for path in (ROOT / "portal").rglob("*.py")} - {ROOT / "portal" / one for one in LISTS}
    assert {str(room): n for room in rooms if (n := len(list(room.glob("*.py")))) > MOST} == {}
