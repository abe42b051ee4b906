"""A server of binary_protocol: family_server.py [PORT] [OPTIONS...].

Answers the messages of family.py on 127.0.0.1, and prints `listening PORT`
once it does. It serves until its standard input ends.
"""

import argparse
import asyncio
import os
import sys

from binary_protocol import BinaryServer, TransportType

import family
from family import MessageType

# What the answer to a message has in place of the message's own values.
CHANGES = {
    MessageType.SENSOR_DATA: lambda values: {"station": values["station"] + 1},
    MessageType.STATUS: lambda values: {
        "status_code": values["status_code"] + 1,
        "message": values["message"].upper(),
    },
    MessageType.BLOB: lambda values: {"data": values["data"][::-1]},
    MessageType.COUNTER: lambda values: {"value": values["value"] + 1},
    MessageType.MIXED: lambda values: {
        "a": values["a"] + 1,
        "b": -values["b"],
        "c": values["c"] * 2,
        "flag": not values["flag"],
    },
    MessageType.LABEL: lambda values: {"name": values["name"][::-1], "n": values["n"] + 1},
}


async def answer(message_type: MessageType, values: dict) -> tuple[MessageType, dict]:
    return message_type, values | CHANGES[message_type](values)


async def port_of(server: BinaryServer, serving: asyncio.Task) -> int:
    """Wait until the server listens. Its attribute is private, but no public one has the port."""
    while server._server is None and not serving.done():
        await asyncio.sleep(0.01)
    if serving.done():
        await serving
    udp = server.config.transport_type == TransportType.UDP
    listener = server._server if udp else server._server.sockets[0]
    return listener.getsockname()[1]


async def main(options: argparse.Namespace) -> None:
    server = BinaryServer(family.config(options))
    for message_type in MessageType:
        if message_type.name != options.without:
            server.register_handler(message_type, answer)
    serving = asyncio.create_task(server.start("127.0.0.1", options.port))
    print("listening", await port_of(server, serving), flush=True)
    end = asyncio.create_task(asyncio.to_thread(sys.stdin.buffer.read))
    await asyncio.wait([serving, end], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        await serving
    # Not by its own stop(): over UDP a thread of the package still waits for a
    # datagram then, and the interpreter would wait for the thread.
    os._exit(0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", nargs="?", type=int, default=0, help="a free one if it is left out")
    parser.add_argument(
        "--without",
        choices=[member.name for member in MessageType],
        help="have no handler for this type: NOT_FOUND answers it",
    )
    family.add_options(parser)
    asyncio.run(main(parser.parse_args()))
