# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lint checks share: the project's files, its modules, and how findings are reported."""
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (".ci", "doc", "include", "metadata", "packaging", "src", "test")
CPP = {".hpp", ".cpp"}
SKIPPED_EXIT = 77


def files(*folders, suffixes=None):
    """Files below the given folders (default: all of ours), sorted; captured test data is not ours to style."""
    for folder in folders or FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            relative = path.relative_to(ROOT)
            if not path.is_file() or "__pycache__" in relative.parts or relative.parts[:2] == ("test", "data"):
                continue
            if suffixes is None or path.suffix in suffixes:
                yield path


def name(path):
    return str(path.relative_to(ROOT))


def lines(path):
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def is_script(path):
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def modules():
    """The table of layers in CMakeLists.txt: module -> {"uses": set, "pure": bool}."""
    table = {}
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    for module, body in re.findall(r"^pgtwin_module\((\w+)([^)]*)\)", text, re.MULTILINE):
        words = body.split()
        uses = words[words.index("USES") + 1:]
        for keyword in ("LIBRARIES", "VERSIONED"):
            if keyword in uses:
                uses = uses[:uses.index(keyword)]
        table[module] = {"uses": set(uses), "pure": "PURE" in words}
    return table


def build_directory():
    directory = os.environ.get("PGTWIN_BUILD_DIR")
    if not directory:
        sys.exit("PGTWIN_BUILD_DIR must name the build directory")
    return Path(directory)


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED_EXIT)


def report(findings, looked_at):
    """Ends the check. Having looked at nothing is a failure: such a check cannot fail for a good reason."""
    for finding in findings:
        print(finding)
    if not looked_at:
        sys.exit("nothing to look at")
    print(f"{len(findings)} findings in {looked_at} looked at")
    sys.exit(1 if findings else 0)
