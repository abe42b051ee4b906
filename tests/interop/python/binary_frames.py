"""The frames of the binary wire, from docs/protocol.md alone: which bytes they are, and nothing else.

Nothing here reads a socket. What breaks a rule raises `Violation` with the name that the page gives it.
"""

import struct
from typing import NamedTuple

MAGIC = b"\x89rpcb\r\n\x1a"
HEADER = struct.Struct("<IBBI")
VERSION = 1
# What a side takes whose HELLO has not come.
FIRST_FRAME_BYTES = 65536
TEXT_BYTES_MAX = 512
ENTRY_BYTES = 32
ENTRIES_MAX = 512
GRANTED_MAX = 2**31 - 1
PART_COST = 16

HELLO, METHODS = 0x01, 0x02
CALL, MESSAGE, HEADERS, STATUS, CANCEL, WINDOW, PING, GOODBYE = range(0x10, 0x18)
FIRST_EXTENSION = 0x80

PART, MORE, END, TIMEOUT, METADATA = 0x01, 0x02, 0x04, 0x08, 0x10
# Of a MESSAGE what TIMEOUT is of a CALL.
SEVERAL = 0x08
# Of the last part of a message. This side accepts no encoding, and is sent none.
COMPRESSED = 0x20
ANSWER = 0x01

FLAGS = {
    HELLO: 0,
    METHODS: MORE,
    CALL: PART | MORE | END | TIMEOUT | METADATA | COMPRESSED,
    MESSAGE: PART | MORE | END | SEVERAL | COMPRESSED,
    HEADERS: 0,
    STATUS: 0,
    CANCEL: 0,
    WINDOW: 0,
    PING: ANSWER,
    GOODBYE: 0,
}

ORDERLY, BROKEN, VERSION_UNKNOWN, REFUSED = range(4)

KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")

OK, CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND = range(6)
RESOURCE_EXHAUSTED, FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE = 8, 9, 10, 11
UNIMPLEMENTED, INTERNAL, UNAVAILABLE = 12, 13, 14
CODE_MAX = 16

RESERVED = {
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
}


class Violation(Exception):
    """A rule of the wire that the other side broke. The connection is over."""

    def __init__(self, name: str, text: str):
        super().__init__(f"{name}: {text}")
        self.name = name


class CallError(Exception):
    """How a call failed: what a STATUS says, or what this side makes of it."""

    def __init__(self, code: int, text: str, details=(), trailing=()):
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.details = list(details)
        self.trailing = list(trailing)


class Frame(NamedTuple):
    kind: int
    flags: int
    call: int
    payload: bytes


def write_frame(kind: int, flags: int, call: int, payload: bytes = b"") -> bytes:
    return HEADER.pack(len(payload), kind, flags, call) + payload


class FrameReader:
    """Cuts what comes into frames. What a header announces takes no memory until it is there."""

    def __init__(self, frame_bytes_max: int):
        self.frame_bytes_max = frame_bytes_max
        self.buffer = bytearray()

    def feed(self, data: bytes) -> None:
        self.buffer += data

    def next(self) -> Frame | None:
        if len(self.buffer) < HEADER.size:
            return None
        length, kind, flags, call = HEADER.unpack_from(self.buffer)
        check_header(kind, flags)
        if length > self.frame_bytes_max:
            raise Violation("FrameTooLong", f"{length} bytes, over {self.frame_bytes_max}")
        end = HEADER.size + length
        if len(self.buffer) < end:
            return None
        payload = bytes(self.buffer[HEADER.size : end])
        del self.buffer[:end]
        return Frame(kind, flags, call, payload)


def check_header(kind: int, flags: int) -> None:
    if kind >= FIRST_EXTENSION:
        return
    if kind not in FLAGS:
        raise Violation("UnknownKind", f"{kind:#04x}")
    is_right = flags & ~FLAGS[kind] == 0
    if kind in (CALL, MESSAGE):
        is_right &= not flags & MORE or flags & (PART | END) == PART
        is_right &= kind == CALL or flags & (PART | END) != 0
    if kind == MESSAGE and flags & SEVERAL:
        is_right &= flags & (PART | MORE) == PART
    if kind in (CALL, MESSAGE) and flags & COMPRESSED:
        is_right &= flags & (PART | MORE) == PART
        is_right &= kind == CALL or not flags & SEVERAL
    if not is_right:
        raise Violation("Flags", f"{flags:#04x} of kind {kind:#04x}")


class Reader:
    """Reads the fields of a payload; running out of bytes is the fault that `fault` makes."""

    def __init__(self, payload: bytes, fault):
        self.payload = payload
        self.offset = 0
        self.fault = fault

    def bytes(self, number: int) -> bytes:
        end = self.offset + number
        if end > len(self.payload):
            raise self.fault(f"{number} bytes are wanted at {self.offset} of {len(self.payload)}")
        piece = self.payload[self.offset : end]
        self.offset = end
        return piece

    def number(self, size: int) -> int:
        return int.from_bytes(self.bytes(size), "little")

    def sized(self, size: int) -> bytes:
        return self.bytes(self.number(size))

    def rest(self) -> bytes:
        return self.bytes(len(self.payload) - self.offset)

    def done(self) -> bool:
        return self.offset == len(self.payload)

    def end(self) -> None:
        if not self.done():
            raise self.fault(f"{len(self.payload) - self.offset} bytes are left over")


def bad_payload(text: str) -> Violation:
    return Violation("Payload", text)


class Settings(NamedTuple):
    """What a HELLO says."""

    version: int = VERSION
    frame_bytes_max: int = 65536
    window_bytes: int = 65536
    connection_window_bytes: int = 262144
    calls_max: int = 64
    message_bytes_max: int = 64 * 1024 * 1024
    metadata_bytes_max: int = 16384
    encodings: int = 0


SETTINGS_RANGES = Settings(
    version=(1, 2**16 - 1),
    frame_bytes_max=(65536, 2**24),
    window_bytes=(64, 2**31 - 1),
    connection_window_bytes=(64, 2**31 - 1),
    calls_max=(1, 2**32 - 1),
    message_bytes_max=(0, 2**32 - 1),
    metadata_bytes_max=(0, 2**32 - 1),
    encodings=(0, 255),
)


def write_hello(settings: Settings) -> bytes:
    payload = struct.pack("<H6I", *settings[:-1])
    return payload + bytes([settings.encodings]) if settings.encodings else payload


def read_hello(payload: bytes) -> Settings:
    reader = Reader(payload, bad_payload)
    needed = Settings._fields[:-1]
    settings = Settings(*(reader.number(2 if name == "version" else 4) for name in needed))
    if reader.offset < len(payload):
        settings = settings._replace(encodings=payload[reader.offset])
    for name, value, (low, high) in zip(Settings._fields, settings, SETTINGS_RANGES):
        if not low <= value <= high:
            raise Violation("Setting", f"{name} is {value}, and not between {low} and {high}")
    return settings


def fingerprint(layout: str) -> int:
    """The print of a packed layout: 64-bit FNV-1a."""
    number = 0xCBF29CE484222325
    for byte in layout.encode():
        number = ((number ^ byte) * 0x100000001B3) % 2**64
    return number


class Side(NamedTuple):
    """The messages of one direction of a method. Without a name they are not compared."""

    print: int = 0
    text: str = ""

    @classmethod
    def packed(cls, name: str, layout: str) -> "Side":
        return cls(fingerprint(layout), f"{name} {layout}")


class Method(NamedTuple):
    """A row of the table."""

    kind: str
    path: str
    request: Side = Side()
    response: Side = Side()

    @property
    def streams_requests(self) -> bool:
        return self.kind.startswith("stream_")

    @property
    def streams_responses(self) -> bool:
        return self.kind.endswith("_stream")


def sized_text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<H", len(data)) + data


def write_method(method: Method) -> bytes:
    head = struct.pack("<BQQ", KINDS.index(method.kind), method.request.print, method.response.print)
    return head + b"".join(map(sized_text, (method.path, method.request.text, method.response.text)))


def write_table(methods: list[Method], frame_bytes_max: int) -> list[bytes]:
    """The payloads of the METHODS frames. No entry is cut."""
    payloads = [b""]
    for entry in map(write_method, methods):
        if len(payloads[-1]) + len(entry) > frame_bytes_max:
            payloads.append(b"")
        payloads[-1] += entry
    return payloads


def bad_table(text: str) -> Violation:
    return Violation("Table", text)


def read_methods(payload: bytes) -> list[Method]:
    reader = Reader(payload, bad_table)
    methods = []
    while not reader.done():
        kind, request, response = reader.number(1), reader.number(8), reader.number(8)
        if kind >= len(KINDS):
            raise bad_table(f"{kind} is no kind of method")
        try:
            path, request_text, response_text = (reader.sized(2).decode() for _ in range(3))
        except UnicodeDecodeError as error:
            raise bad_table(str(error)) from error
        methods.append(Method(KINDS[kind], path, Side(request, request_text), Side(response, response_text)))
    return methods


def is_key(key: bytes) -> bool:
    letters = b"abcdefghijklmnopqrstuvwxyz0123456789-_."
    return 1 <= len(key) <= 256 and all(byte in letters for byte in key)


def metadata_cost(entries) -> int:
    return sum(len(key) + len(value) + ENTRY_BYTES for key, value in entries)


def write_metadata(entries, bytes_max: int) -> bytes:
    """Entries are pairs of a key and bytes."""
    if len(entries) > ENTRIES_MAX or metadata_cost(entries) > bytes_max:
        raise CallError(RESOURCE_EXHAUSTED, "more metadata than the other side takes")
    pieces = [struct.pack("<H", len(entries))]
    for key, value in entries:
        pieces += [sized_text(key), struct.pack("<H", len(value)), value]
    return b"".join(pieces)


def bad_metadata(text: str) -> CallError:
    return CallError(INTERNAL, f"metadata that cannot be read: {text}")


def read_metadata(payload: bytes, bytes_max: int) -> list[tuple[str, bytes]]:
    if not payload:
        return []
    reader = Reader(payload, bad_metadata)
    number = reader.number(2)
    entries, cost = [], 0
    for _ in range(number):
        key, value = reader.sized(2), reader.sized(2)
        cost += len(key) + len(value) + ENTRY_BYTES
        name = key.decode("latin-1")
        is_own = name.startswith("grpc-") or name in RESERVED
        is_text = name.endswith("-bin") or all(0x20 <= byte <= 0x7E for byte in value)
        if is_key(key) and is_text and not is_own:
            entries.append((name, value))
    reader.end()
    if number > ENTRIES_MAX or cost > bytes_max:
        raise CallError(RESOURCE_EXHAUSTED, "more metadata than this side takes")
    return entries


class Opening(NamedTuple):
    """What a CALL says before the part of its message; `part` is None where it has none."""

    method: int
    timeout_ns: int | None
    metadata: bytes
    part: bytes | None


def write_opening(method: int, timeout_ns: int | None, metadata: bytes | None) -> tuple[int, bytes]:
    """The flags and the bytes before the part."""
    flags, payload = 0, struct.pack("<I", method)
    if timeout_ns is not None:
        flags |= TIMEOUT
        payload += struct.pack("<Q", timeout_ns)
    if metadata is not None:
        flags |= METADATA
        payload += struct.pack("<I", len(metadata)) + metadata
    return flags, payload


def read_opening(frame: Frame) -> Opening:
    reader = Reader(frame.payload, bad_payload)
    method = reader.number(4)
    timeout_ns = reader.number(8) if frame.flags & TIMEOUT else None
    metadata = reader.sized(4) if frame.flags & METADATA else b""
    if frame.flags & PART:
        return Opening(method, timeout_ns, metadata, reader.rest())
    reader.end()
    return Opening(method, timeout_ns, metadata, None)


def read_part(frame: Frame) -> bytes | None:
    """The part of a MESSAGE; None where it has none."""
    if frame.flags & PART:
        return frame.payload
    Reader(frame.payload, bad_payload).end()
    return None


def write_several(messages) -> bytes:
    return b"".join(struct.pack("<I", len(message)) + message for message in messages)


def read_several(frame: Frame) -> list[bytes]:
    """The messages of a MESSAGE with SEVERAL, of which there is one at least."""
    reader = Reader(frame.payload, bad_payload)
    messages = [reader.sized(4)]
    while not reader.done():
        messages.append(reader.sized(4))
    return messages


def write_status(code: int, text: str, details, trailing: bytes) -> bytes:
    pieces = [struct.pack("<B", code), sized_text(text), struct.pack("<H", len(details))]
    for url, value in details:
        pieces += [sized_text(url), struct.pack("<I", len(value)), value]
    return b"".join(pieces) + trailing


def read_status(payload: bytes, metadata_bytes_max: int) -> CallError:
    """A status, also where it is OK. What cannot be read is another one."""
    reader = Reader(payload, bad_status)
    try:
        code = reader.number(1)
        text = reader.sized(2).decode()
        details = [(reader.sized(2).decode(), reader.sized(4)) for _ in range(reader.number(2))]
    except UnicodeDecodeError as error:
        return bad_status(str(error))
    except CallError as error:
        return error
    status = CallError(code if code <= CODE_MAX else UNKNOWN, text, details)
    try:
        status.trailing = read_metadata(reader.rest(), metadata_bytes_max)
    except CallError as error:
        # What a failure says matters more.
        return error if code == OK else status
    return status


def bad_status(text: str) -> CallError:
    return CallError(INTERNAL, f"a STATUS that cannot be read: {text}")


def read_grant(payload: bytes) -> int:
    reader = Reader(payload, bad_payload)
    granted = reader.number(4)
    reader.end()
    return granted


def read_goodbye(payload: bytes) -> tuple[int, str]:
    reader = Reader(payload, bad_payload)
    reason, text = reader.number(1), reader.rest()[:TEXT_BYTES_MAX]
    return reason if reason <= REFUSED else BROKEN, text.decode(errors="replace")


def write_goodbye(reason: int, text: str) -> bytes:
    return bytes([reason]) + text.encode()[:TEXT_BYTES_MAX].decode(errors="ignore").encode()
