"""Says by which names a program of pyvider-rpcplugin is configured, as JSON: the variables of its configuration class, and what
its sources read besides, from the environment and from the `config` of a server."""

import json
import re
from pathlib import Path

import attrs
import pyvider.rpcplugin
from pyvider.rpcplugin.config import RPCPluginConfig

# A variable that the library reads itself, past its configuration.
ENVIRONMENT = re.compile(r"""(?:environ\.get|environ\[|getenv)\(?\s*["']([A-Z][A-Z0-9_]+)["']""")
# A key of what a program gives to its server.
OVERRIDE = re.compile(r"""_get_instance_override\(\s*["']([A-Z][A-Z0-9_]+)["']""")


def variables() -> list[str]:
    found = [field.metadata.get("env_var") for field in attrs.fields(RPCPluginConfig)]
    return sorted(name for name in found if name)


def read(pattern: re.Pattern[str]) -> list[str]:
    sources = Path(pyvider.rpcplugin.__file__).parent.rglob("*.py")
    names = {name for source in sources for name in pattern.findall(source.read_text(encoding="utf-8"))}
    # That one is of its own tests.
    return sorted(names - {"PYTEST_CURRENT_TEST"})


if __name__ == "__main__":
    said = {"variables": variables(), "environment": read(ENVIRONMENT), "overrides": read(OVERRIDE)}
    print(json.dumps(said))
