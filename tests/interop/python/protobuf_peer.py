"""Protobuf's own runtime, line by line: protobuf_peer.py PROTO... [--include DIRECTORY].

Compiles the files and answers each line of standard input with a line of JSON:

    MessageName HEX         {"value": {...}, "hex": "..."}: the message that the bytes are
    MessageName json {...}  the same: the message that the JSON describes

`value` is protobuf's JSON, with the names of the .proto and without fields that
have their default. `hex` is the message written again; the entries of a map are
in an order that is fixed, but the runtime's own and not that of the keys. A line
that cannot be read is answered with {"error": "..."}. A name may have its
package, and a nested message is Outer.Inner.
"""

import argparse
import importlib
import json
import sys
import tempfile
from pathlib import Path

import grpc_tools
from google.protobuf import json_format, message_factory
from grpc_tools import protoc

# Where grpc_tools keeps google/protobuf/timestamp.proto and its like.
WELL_KNOWN = Path(grpc_tools.__file__).parent / "_proto"


def compiled(files: list[Path], includes: list[Path]) -> dict:
    """Compile the files, and give their message classes by the names that a line may use."""
    roots = [*includes, *(file.parent for file in files)]
    with tempfile.TemporaryDirectory() as out:
        paths = [f"--proto_path={path.resolve()}" for path in dict.fromkeys(roots)]
        names = [str(file.resolve()) for file in files]
        paths.append(f"--proto_path={WELL_KNOWN}")
        if protoc.main(["protoc", *paths, f"--python_out={out}", *names]) != 0:
            sys.exit(f"{', '.join(names)} cannot be compiled")
        sys.path.insert(0, out)
        classes = {}
        for path in Path(out).rglob("*_pb2.py"):
            module = ".".join(path.relative_to(out).with_suffix("").parts)
            file = importlib.import_module(module).DESCRIPTOR
            collect(file.message_types_by_name, file.package, classes)
    return classes


def collect(messages, package: str, classes: dict) -> None:
    """Note messages under their names with and without the package, and those nested in them."""
    for message in messages.values():
        classes[message.full_name] = message_factory.GetMessageClass(message)
        classes[message.full_name.removeprefix(f"{package}.")] = classes[message.full_name]
        collect(message.nested_types_by_name, package, classes)


def answer(line: str, classes: dict) -> dict:
    name, _, rest = line.partition(" ")
    if name not in classes:
        raise ValueError(f"there is no message {name!r}")
    message = classes[name]()
    if rest.startswith("json "):
        json_format.ParseDict(json.loads(rest.removeprefix("json ")), message)
    else:
        message.ParseFromString(bytes.fromhex(rest))
    value = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=False
    )
    return {"value": value, "hex": message.SerializeToString(deterministic=True).hex()}


def main(arguments: argparse.Namespace) -> None:
    classes = compiled(arguments.proto, arguments.include)
    for line in sys.stdin:
        try:
            reply = answer(line.rstrip("\r\n"), classes)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply, sort_keys=True), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("proto", nargs="+", type=Path)
    parser.add_argument(
        "--include",
        metavar="DIRECTORY",
        action="append",
        default=[],
        type=Path,
        help="where imports are looked for, beside the directories of the files",
    )
    main(parser.parse_args())
