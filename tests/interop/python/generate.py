"""Generate the Python modules of the contracts: generate.py OUT_DIR."""

import sys
from pathlib import Path

from grpc_tools import protoc

DIRECTORY = Path(__file__).resolve().parent.parent
CONTRACTS = ["kv.proto", "conformance.proto"]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: generate.py OUT_DIR", file=sys.stderr)
        return 2
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    return protoc.main(
        [
            "protoc",
            f"--proto_path={DIRECTORY}",
            f"--python_out={out}",
            f"--grpc_python_out={out}",
            *CONTRACTS,
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
