"""A client of binary_protocol: family_client.py PORT [OPTIONS...].

Has the conversation of family.py with a server on 127.0.0.1. Prints `ok STEP`
for what held and `FAILED STEP: REASON` on standard error for what did not; the
exit status is 0 only if every step held.
"""

import argparse
import asyncio
import builtins
import socket
import sys

from binary_protocol import BinaryClient, ProtocolError
from binary_protocol import ConnectionError as NotConnected

import family
from family import UNKNOWN_TYPE, MessageType

HOST = "127.0.0.1"
# What the package meets, or says, when the other side has closed.
CLOSED = (asyncio.IncompleteReadError, builtins.ConnectionError, NotConnected)


def expect(actual, expected) -> None:
    if actual != expected:
        raise AssertionError(f"got {shortened(actual)}, expected {shortened(expected)}")


def shortened(value) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}... of {len(text)} characters"


class Conversation:
    """The steps: each goes on with the connection of the one before it."""

    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.config = family.config(options)
        self.client = BinaryClient(self.config)

    async def ask(self, message_type: MessageType, values: dict, **changes) -> None:
        """Send a message, and expect the same type and values back except for the changes."""
        await self.client.send_message(message_type, values)
        expect(await self.client.receive_message(), (message_type, values | changes))

    async def connect(self) -> None:
        await self.client.connect(HOST, self.options.port)

    async def sensor_data(self) -> None:
        # All of them lie in four bytes without a loss.
        sensors = {"sensor1": 1.5, "sensor2": -2.25, "sensor3": 0.0, "sensor4": 65536.125}
        await self.ask(MessageType.SENSOR_DATA, {"station": 7, **sensors}, station=8)

    async def status(self) -> None:
        values = {"status_code": 200, "message": "all is well"}
        await self.ask(MessageType.STATUS, values, status_code=201, message="ALL IS WELL")

    async def status_empty(self) -> None:
        await self.ask(MessageType.STATUS, {"status_code": 0, "message": ""}, status_code=1)

    async def status_not_ascii(self) -> None:
        values = {"status_code": 4294967294, "message": "héllo ✓"}
        await self.ask(MessageType.STATUS, values, status_code=4294967295, message="HÉLLO ✓")

    async def blob(self, size: int) -> None:
        data = bytes(number % 251 for number in range(size))
        await self.ask(MessageType.BLOB, {"name": f"of {size}", "data": data}, data=data[::-1])

    async def counter(self) -> None:
        for value in range(100):
            await self.ask(MessageType.COUNTER, {"value": value}, value=value + 1)

    async def mixed(self) -> None:
        values = {"a": 513, "b": -70000, "c": 0.1, "flag": False}
        await self.ask(MessageType.MIXED, values, a=514, b=70000, c=0.2, flag=True)
        values = {"a": 65534, "b": 2147483647, "c": -1.5e300, "flag": True}
        await self.ask(MessageType.MIXED, values, a=65535, b=-2147483647, c=-3e300, flag=False)

    async def label(self) -> None:
        """Use a name that is padded, one that fills its place, and none."""
        for name in ("abc", "abcdefgh", ""):
            await self.ask(MessageType.LABEL, {"name": name, "n": 513}, name=name[::-1], n=514)

    async def unknown(self) -> str:
        # Of a type outside its family the package sends the header and nothing behind it: no
        # payload, and no checksum.
        await self.client.send_message(UNKNOWN_TYPE, {})
        if not self.options.udp:
            expect(await self.client.receive_message(), (self.config.not_found_type, {}))
            return await self.after_unknown()
        if self.options.unknown_unanswered:
            await self.ask(MessageType.COUNTER, {"value": 1}, value=2)
            return "unanswered"
        return await self.not_found_over_udp()

    async def after_unknown(self) -> str:
        """Tell whether the server goes on; it may close, as the length of the message is unknown."""
        try:
            await self.ask(MessageType.COUNTER, {"value": 1}, value=2)
        except (ProtocolError, builtins.ConnectionError) as error:
            # The package wraps what it meets; silence and a wrong answer are no close.
            if not isinstance(error.__context__ or error, CLOSED):
                raise
            await self.connect()
            return "then=closed"
        return "then=answered"

    async def not_found_over_udp(self) -> str:
        """Look at the datagram itself: the package's client refuses it over UDP, and closes."""
        self.client.sock.settimeout(self.config.read_timeout)
        datagram = await asyncio.to_thread(self.client.sock.recv, 65507, socket.MSG_PEEK)
        expect(datagram, b"\xff" * self.config.header_size)
        try:
            answer = await self.client.receive_message()
        except ProtocolError:
            await self.connect()
            return "answered"
        raise AssertionError(f"got {answer!r}, expected that the client refuses it")

    async def close(self) -> None:
        await self.client.disconnect()
        expect(self.client.connected, False)

    async def single(self) -> None:
        """Use a connection of its own for one question."""
        answer = await BinaryClient.send_and_receive_single(
            self.config, HOST, self.options.port, MessageType.COUNTER, {"value": 41}
        )
        expect(answer, (MessageType.COUNTER, {"value": 42}))

    def steps(self):
        # A datagram takes 65507 bytes: over UDP the package's client refuses to send more, and
        # its server drops such an answer.
        sizes = (0, 1, 1000, 65000 if self.options.udp else 100_000)
        return [
            ("connect", self.connect),
            ("sensor-data", self.sensor_data),
            ("status", self.status),
            ("status-empty", self.status_empty),
            ("status-not-ascii", self.status_not_ascii),
            *((f"blob-{size}", lambda size=size: self.blob(size)) for size in sizes),
            ("counter", self.counter),
            ("mixed", self.mixed),
            ("label", self.label),
            ("unknown", self.unknown),
            ("close", self.close),
            ("single", self.single),
        ]


async def main(options: argparse.Namespace) -> int:
    for name, action in Conversation(options).steps():
        try:
            detail = await action()
        except Exception as error:
            print(f"FAILED {name}: {type(error).__name__}: {error}", file=sys.stderr)
            return 1
        print("ok", name, *([detail] if detail else []), flush=True)
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument(
        "--unknown-unanswered",
        action="store_true",
        help="over UDP, expect no answer to an unknown type, as it is with the package's server",
    )
    family.add_options(parser)
    sys.exit(asyncio.run(main(parser.parse_args())))
