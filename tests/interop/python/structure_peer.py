"""The real package with a family from elsewhere: structure_peer.py MODULE_FILE.

The file is Python in the package's own words, and defines `MessageType`,
`message_structures` and `config`. Each line of standard input is a message's
number and a frame in hex, and is answered with a line of JSON:

    2 00020000000a000000c8000000026f6b
    {"value": {"status_code": 200, "message": "ok"}, "hex": "0002..."}

`hex` is the frame that the package makes of the values. Bytes are hex, and
floats that JSON has no number for are the texts nan, inf and -inf. A line that
cannot be read is answered with {"error": "..."}.
"""

import argparse
import json
import math
import runpy
import sys

from binary_protocol import ProtocolConfig
from binary_protocol.protocol.messages import Message


def plain(value):
    """Give a value that JSON has."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value


def answer(line: str, config: ProtocolConfig) -> dict:
    number, frame = line.split()
    message = Message.from_bytes(bytes.fromhex(frame), config)
    if message.msg_type != int(number):
        raise ValueError(f"the frame is of type {int(message.msg_type)}")
    values = message.deserialize(config)
    again = Message.create(config, message.msg_type, values).to_bytes(config)
    return {"value": {name: plain(value) for name, value in values.items()}, "hex": again.hex()}


def load(path: str) -> ProtocolConfig:
    """Run the file. The package takes an incomplete family silently, so it is checked here."""
    names = runpy.run_path(path)
    config, types = names["config"], names["MessageType"]
    structures = names["message_structures"]
    if config.message_type_enum is not types or config.message_structures is not structures:
        sys.exit(f"{path}: the config is not of this MessageType and these message_structures")
    missing = [member.name for member in types if member not in structures]
    if missing:
        sys.exit(f"{path}: no structure for {', '.join(missing)}")
    return config


def main(arguments: argparse.Namespace) -> None:
    config = load(arguments.module_file)
    for line in sys.stdin:
        try:
            reply = answer(line, config)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply, allow_nan=False), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("module_file")
    main(parser.parse_args())
