"""The checkers of tests/node: vnu and html-validate over saved pages, each started once. What is missing is said."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from portal.config import ROOT

NODE = ROOT / "tests" / "node"
PACKAGES = NODE / "node_modules"


def vnu(*options: str, paths: list[Path]) -> list[str]:
    """What the Nu Html Checker says of these files, warnings and infos included: `name:line message`."""
    jar = _there(PACKAGES / "vnu-jar" / "build" / "dist" / "vnu.jar")
    asked = [_program("java"), "-jar", str(jar), "--stdout", "--exit-zero-always", "--format", "json", *options]
    said: dict[str, Any] = json.loads(_run([*asked, *map(str, paths)]))
    return [_one(m["url"], m.get("lastLine", 0), m["message"], m.get("extract", "")) for m in said["messages"]]


def html_validate(config: Path, paths: list[Path]) -> list[str]:
    """What html-validate says of these files by that configuration, warnings included."""
    program = _there(PACKAGES / "html-validate" / "bin" / "html-validate.mjs")
    report = config.with_suffix(".report")  # a file: into a pipe it writes the first 64 kB
    _run([_program("node"), str(program), "--config", str(config), "--formatter", f"json={report}", *map(str, paths)])
    said: list[dict[str, Any]] = json.loads(report.read_text())
    return [
        _one(of["filePath"], m["line"], f"{m['ruleId']}: {m['message']}", m.get("selector") or "")
        for of in said
        for m in of["messages"]
    ]


def node(script: Path, given: object) -> Any:
    """Runs a script of tests/node: JSON in, JSON out."""
    _there(PACKAGES)
    return json.loads(_run([_program("node"), str(script)], json.dumps(given)))


def _one(where: str, line: int, message: str, part: str) -> str:
    return f"{Path(where).name}:{line} {message}  {part.strip()}"


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is missing: tools/debian-packages installs it, as root."
    return found


def _there(path: Path) -> Path:
    assert path.exists(), "The checkers are missing: tools/node-packages installs them."
    return path


def _run(command: list[str], given: str | None = None) -> str:
    done = subprocess.run(command, input=given, cwd=NODE, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), f"{command[0]} could not do it: {done.stderr[-2000:]}"  # 1: it found something
    return done.stdout
