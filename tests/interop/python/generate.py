"""Generate the Python modules of the contract: generate.py OUT_DIR."""

import sys
from pathlib import Path

from grpc_tools import protoc

CONTRACT = Path(__file__).resolve().parent.parent / "kv.proto"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: generate.py OUT_DIR", file=sys.stderr)
        return 2
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    return protoc.main(
        [
            "protoc",
            f"--proto_path={CONTRACT.parent}",
            f"--python_out={out}",
            f"--grpc_python_out={out}",
            CONTRACT.name,
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
