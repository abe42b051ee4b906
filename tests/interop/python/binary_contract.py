"""The contract `wiretest.Probe` of tests/src/probe.rs, by hand: its methods, and the bytes of its messages.

The methods stand in another order than in Rust; names travel, places do not.
"""

import struct

from binary_frames import Method, Side

RANGE = Side.packed("Range", "{from:u32le,count:u16be}")
READING = Side.packed("Reading", "{number:u32le,label:text(u32le)}")
# What Rust has for the same message, and what the plugin here says instead.
OTHER_READING = Side.packed("Reading", "{number:u64le,label:text(u32le)}")

SERVICE = "/wiretest.Probe"
RUNNING = Method("stream_stream", f"{SERVICE}/Running")
WORDS = Method("unary_unary", f"{SERVICE}/Words")
SUM = Method("stream_unary", f"{SERVICE}/Sum", READING)
READINGS = Method("unary_stream", f"{SERVICE}/Readings", RANGE, READING)
FIRST = Method("unary_unary", f"{SERVICE}/First", RANGE, READING)
ECHO = Method("unary_unary", f"{SERVICE}/Echo")
WAIT = Method("unary_unary", f"{SERVICE}/Wait")
WAITING = Method("unary_unary", f"{SERVICE}/Waiting")
# Their handlers take no request and do not end.
STALL = Method("stream_unary", f"{SERVICE}/Stall")
HOLD = Method("stream_stream", f"{SERVICE}/Hold")
CHANGED = Method("unary_unary", f"{SERVICE}/Changed", READING, READING)
# In Rust alone, and in Python alone.
NEWER = Method("unary_unary", f"{SERVICE}/Newer")
OLDER = Method("unary_unary", f"{SERVICE}/Older")

HEALTH = Method("unary_unary", "/grpc.health.v1.Health/Check")
SHUTDOWN = Method("unary_unary", "/plugin.GRPCController/Shutdown")
SERVING = b"\x08\x01"

DETAIL_URL = "type.googleapis.com/wiretest.Total"
# With this number in `count` the method Words fails.
FAILING = 13


def pack_range(first: int, count: int) -> bytes:
    return struct.pack("<I", first) + struct.pack(">H", count)


def unpack_range(message: bytes) -> tuple[int, int]:
    assert len(message) == 6, message
    return struct.unpack("<I", message[:4])[0], struct.unpack(">H", message[4:])[0]


def pack_reading(number: int, label: str) -> bytes:
    data = label.encode()
    return struct.pack("<II", number, len(data)) + data


def unpack_reading(message: bytes) -> tuple[int, str]:
    number, length = struct.unpack_from("<II", message)
    assert len(message) == 8 + length, message
    return number, message[8:].decode()


def varint(number: int) -> bytes:
    pieces = bytearray()
    while number >= 0x80:
        pieces.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*pieces, number])


def read_varint(message: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = message[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, at


def pack_total(count: int, total: int) -> bytes:
    """Fields 1 and 2, left out where they are 0."""
    fields = ((b"\x08", count), (b"\x10", total))
    return b"".join(key + varint(value) for key, value in fields if value)


def unpack_total(message: bytes) -> tuple[int, int]:
    values, at = {0x08: 0, 0x10: 0}, 0
    while at < len(message):
        key = message[at]
        assert key in values, message
        values[key], at = read_varint(message, at + 1)
    return values[0x08], values[0x10]


def pack_blob(data: bytes) -> bytes:
    """Field 1 of bytes, left out where there are none."""
    return b"\x0a" + varint(len(data)) + data if data else b""


def unpack_blob(message: bytes) -> bytes:
    if not message:
        return b""
    assert message[0] == 0x0A, message[:16]
    length, at = read_varint(message, 1)
    assert len(message) == at + length, f"{length} bytes at {at} of {len(message)}"
    return message[at:]
