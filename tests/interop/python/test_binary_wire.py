"""The binary wire of `binary_wire.py` against the vectors: python3 test_binary_wire.py.

Every frame is read and written, every conversation is held in both roles, byte by byte, every violation is found.
"""

import json
import unittest
from pathlib import Path

import binary_frames as frames
import binary_wire
from binary_frames import CallError, Method, Settings, Side, Violation

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/binary_wire.json").read_text(encoding="utf-8"))
SETTINGS = Settings(**VECTORS["settings"])


def side(print_hex: str, text: str) -> Side:
    return Side(int(print_hex, 16), text)


def methods(rows) -> list[Method]:
    return [
        Method(
            row["kind"],
            row["path"],
            side(row["request_fingerprint"], row["request"]),
            side(row["response_fingerprint"], row["response"]),
        )
        for row in rows
    ]


def entries(pairs) -> list[tuple[str, bytes]]:
    return [(key, bytes.fromhex(value)) for key, value in pairs]


def cut(data: bytes) -> list[frames.Frame]:
    reader = frames.FrameReader(SETTINGS.frame_bytes_max)
    reader.feed(data)
    found = []
    while (frame := reader.next()) is not None:
        found.append(frame)
    assert not reader.buffer, "bytes are left over"
    return found


def only(data: bytes) -> frames.Frame:
    (frame,) = cut(data)
    return frame


def write(kind: str, fields: dict) -> tuple[int, bytes]:
    """The flags that the fields need, and the payload."""
    part = fields.get("part")
    message = (frames.PART, bytes.fromhex(part)) if part is not None else (0, b"")
    match kind:
        case "HELLO":
            return 0, frames.write_hello(Settings(**fields["settings"]))
        case "METHODS":
            return 0, b"".join(map(frames.write_method, methods(fields["methods"])))
        case "CALL":
            packed = fields.get("metadata")
            packed = None if packed is None else frames.write_metadata(entries(packed), 10**6)
            flags, before = frames.write_opening(fields["method"], fields.get("timeout_ns"), packed)
            return flags | message[0], before + message[1]
        case "MESSAGE" if "messages" in fields:
            messages = map(bytes.fromhex, fields["messages"])
            return frames.PART | frames.SEVERAL, frames.write_several(messages)
        case "MESSAGE":
            return message
        case "HEADERS":
            return 0, frames.write_metadata(entries(fields["metadata"]), 10**6)
        case "STATUS":
            trailing = entries(fields["metadata"])
            packed = frames.write_metadata(trailing, 10**6) if trailing else b""
            return 0, frames.write_status(fields["code"], fields["text"], entries(fields["details"]), packed)
        case "CANCEL":
            return 0, b""
        case "WINDOW":
            return 0, fields["granted"].to_bytes(4, "little")
        case "PING":
            return 0, bytes.fromhex(fields["bytes"])
        case "GOODBYE":
            return 0, frames.write_goodbye(fields["reason"], fields["text"])


def read(frame: frames.Frame, fields: dict):
    """What the frame says, in the words of the vectors."""
    match frame.kind:
        case frames.HELLO:
            settings = frames.read_hello(frame.payload)._asdict()
            if not settings["encodings"]:
                del settings["encodings"]
            return {"settings": settings}
        case frames.METHODS:
            return {"methods": fields["methods"]} if frames.read_methods(frame.payload) == methods(
                fields["methods"]
            ) else None
        case frames.CALL:
            opening = frames.read_opening(frame)
            said = {"method": opening.method, "part": None if opening.part is None else opening.part.hex()}
            if opening.timeout_ns is not None:
                said["timeout_ns"] = opening.timeout_ns
            if frame.flags & frames.METADATA:
                found = frames.read_metadata(opening.metadata, 10**6)
                said["metadata"] = [[key, value.hex()] for key, value in found]
            return said
        case frames.MESSAGE:
            if frame.flags & frames.SEVERAL:
                return {"messages": [message.hex() for message in frames.read_several(frame)]}
            part = frames.read_part(frame)
            return {"part": None if part is None else part.hex()}
        case frames.HEADERS:
            found = frames.read_metadata(frame.payload, 10**6)
            return {"metadata": [[key, value.hex()] for key, value in found]}
        case frames.STATUS:
            status = frames.read_status(frame.payload, 10**6)
            return {
                "code": status.code,
                "text": status.text,
                "details": [[url, value.hex()] for url, value in status.details],
                "metadata": [[key, value.hex()] for key, value in status.trailing],
            }
        case frames.WINDOW:
            return {"granted": frames.read_grant(frame.payload)}
        case frames.PING:
            return {"bytes": frame.payload.hex()}
        case frames.GOODBYE:
            reason, text = frames.read_goodbye(frame.payload)
            return {"reason": reason, "text": text}
    return {}


class Frames(unittest.TestCase):
    def test_every_frame_is_read_and_written(self):
        self.assertGreaterEqual(len(VECTORS["frames"]), 37)
        for vector in VECTORS["frames"]:
            with self.subTest(vector["name"]):
                data = bytes.fromhex(vector["hex"])
                frame = only(data)
                self.assertEqual(frame.call, vector["call"])
                if frame.kind >= frames.FIRST_EXTENSION:
                    self.assertEqual(f"{frame.kind:#04x}", vector["kind"])
                    continue
                fields = vector["fields"]
                self.assertEqual(read(frame, fields), fields)
                flags, payload = write(vector["kind"], fields)
                more = {"MORE": frames.MORE, "END": frames.END, "ANSWER": frames.ANSWER}
                more["COMPRESSED"] = frames.COMPRESSED
                flags |= sum(more.get(flag, 0) for flag in vector["flags"])
                if frame.kind == frames.HELLO:
                    # Of a newer version: what it has behind the fields that are known.
                    payload += frame.payload[len(payload) :]
                self.assertEqual(frames.write_frame(frame.kind, flags, frame.call, payload).hex(), data.hex())

    def test_the_prints_of_the_table_are_those_of_its_layouts(self):
        compared = 0
        for method in methods(VECTORS["methods"]):
            for found in (method.request, method.response):
                if found.print:
                    name, layout = found.text.split(" ")
                    self.assertEqual(Side.packed(name, layout), found)
                    compared += 1
        self.assertEqual(compared, 3)

    def test_a_frame_is_there_with_its_last_byte(self):
        for vector in VECTORS["frames"]:
            data = bytes.fromhex(vector["hex"])
            reader = frames.FrameReader(SETTINGS.frame_bytes_max)
            for byte in data[:-1]:
                reader.feed(bytes([byte]))
                self.assertIsNone(reader.next())
            reader.feed(data[-1:])
            self.assertIsNotNone(reader.next())


class Driven:
    """A connection that is led through a conversation: what the file says that it sends, it must send."""

    def __init__(self, role: str):
        table = None if role == "host" else methods(VECTORS["methods"])
        self.role = role
        self.connection = binary_wire.Connection(SETTINGS, table)
        self.waiting = []

    def begin(self) -> None:
        """The beginning of both sides. Into how many frames a table is cut is the plugin's matter."""
        table = b""
        for step in VECTORS["beginning"]:
            data = bytes.fromhex(step["hex"])
            if step["from"] != self.role:
                self.connection.receive(data)
            elif step["name"] == "METHODS":
                table += only(data).payload
            else:
                self.sent(data, step)
        assert b"".join(frame.payload for frame in cut(bytes(self.connection.out))) == table
        self.connection.out.clear()
        assert [method.path for method in self.connection.methods] == [row["path"] for row in VECTORS["methods"]]

    def sent(self, data: bytes, step) -> None:
        """These bytes must be the next ones to leave."""
        out = self.connection.out
        assert out.startswith(data), f"{out.hex()} is sent, and not {step}"
        del out[: len(data)]

    def read(self, step, takes: bool) -> None:
        """Reads a step of the other side. `takes` is an application that takes each message at once."""
        for event in self.connection.receive(bytes.fromhex(step["hex"])):
            if event[0] == "message" and takes:
                self.connection.taken(event[1])

    def step(self, step, later, takes: bool) -> None:
        """One step; `later` are those behind it."""
        if step["from"] != self.role:
            if step.get("crosses"):
                self.waiting.append(step)
            else:
                self.read(step, takes)
            return
        data = bytes.fromhex(step["hex"])
        if not self.connection.out.startswith(data):
            if not self.act(only(data), later):
                return
        self.sent(data, step)
        waiting, self.waiting = self.waiting, []
        for other in waiting:
            self.read(other, takes)

    def act(self, frame: frames.Frame, later) -> bool:
        """Does what leads to a frame. False for one that this implementation never sends."""
        connection = self.connection
        call = connection.calls.get(frame.call)
        ends = bool(frame.flags & frames.END)
        if frame.kind == frames.CALL:
            opening = frames.read_opening(frame)
            connection.last_id = frame.call - 1
            metadata = frames.read_metadata(opening.metadata, 10**6)
            message, is_last = self.whole(opening.part, frame, later)
            connection.call(opening.method, opening.timeout_ns, metadata, message, is_last)
        elif frame.kind == frames.MESSAGE and frame.flags & frames.SEVERAL:
            messages = frames.read_several(frame)
            if ends:
                connection.queue_together(call, messages)
                connection.finish(call)
            else:
                connection.send_together(call, messages)
        elif frame.kind == frames.MESSAGE:
            message, is_last = self.whole(frames.read_part(frame), frame, later)
            if message is not None and is_last:
                connection.queue(call, message)
                connection.finish(call)
            elif message is not None:
                connection.send(call, message)
            elif ends:
                connection.finish(call)
        elif frame.kind == frames.HEADERS:
            connection.headers(call, frames.read_metadata(frame.payload, 10**6))
        elif frame.kind == frames.STATUS:
            connection.fail(call, frames.read_status(frame.payload, 10**6))
        elif frame.kind == frames.CANCEL and call is not None:
            connection.cancel(call)
        elif frame.kind == frames.PING:
            connection.ping(frame.payload)
        elif frame.kind == frames.GOODBYE:
            connection.goodbye(*frames.read_goodbye(frame.payload))
        else:
            return False
        return True

    def whole(self, part: bytes | None, frame: frames.Frame, later) -> tuple[bytes | None, bool]:
        """The message that begins with a part, and whether the direction ends with it."""
        message, flags = part, frame.flags
        for step in later:
            if not flags & frames.MORE:
                break
            other = only(bytes.fromhex(step["hex"]))
            if step["from"] == self.role and other.call == frame.call and other.kind == frames.MESSAGE:
                message += other.payload
                flags = other.flags
        return message, bool(flags & frames.END)


class Conversations(unittest.TestCase):
    def test_every_conversation_is_held_by_both_sides(self):
        self.assertGreaterEqual(len(VECTORS["conversations"]), 22)
        for conversation in VECTORS["conversations"]:
            for role in ("host", "plugin"):
                with self.subTest(conversation["name"], role=role):
                    driven = Driven(role)
                    driven.begin()
                    steps = conversation["steps"]
                    for at, step in enumerate(steps):
                        driven.step(step, steps[at + 1 :], takes=True)
                    self.assertEqual(driven.connection.out.hex(), "", "nothing more is sent")
                    self.assertEqual(driven.connection.calls, {}, "no id is in use")
                    self.assertEqual(driven.waiting, [])


class Failures(unittest.TestCase):
    def test_what_ends_a_call_ends_it_alone(self):
        self.assertGreaterEqual(len(VECTORS["failures"]), 15)
        for vector in VECTORS["failures"]:
            with self.subTest(vector["name"]):
                driven = Driven(vector["found_by"])
                driven.begin()
                before = vector["before"]
                for at, step in enumerate(before):
                    driven.step(step, before[at + 1 :], takes=False)
                events = driven.connection.receive(bytes.fromhex(vector["hex"]))
                codes = [event[2].code for event in events if event[0] == "end" and event[2] is not None]
                if vector["found_by"] == "plugin" and codes:
                    # The handler would say so.
                    (call,) = driven.connection.calls.values()
                    driven.connection.fail(call, CallError(codes[0], ""))
                if vector["found_by"] == "plugin":
                    said = cut(bytes(driven.connection.out))
                    codes = [frames.read_status(frame.payload, 10**6).code for frame in said]
                self.assertEqual(codes, [vector["code"]])
                self.assertEqual(driven.connection.calls, {})


class Violations(unittest.TestCase):
    def test_every_violation_is_found(self):
        self.assertGreaterEqual(len(VECTORS["violations"]), 74)
        for vector in VECTORS["violations"]:
            with self.subTest(vector["name"]):
                driven = Driven(vector["found_by"])
                if not vector.get("opening"):
                    driven.begin()
                before = vector["before"]
                for at, step in enumerate(before):
                    driven.step(step, before[at + 1 :], takes=False)
                with self.assertRaises(Violation) as found:
                    driven.connection.receive(bytes.fromhex(vector["hex"]))
                self.assertEqual(found.exception.name, vector["violation"], found.exception)


class Windows(unittest.TestCase):
    """The worked example of the page."""

    def test_the_example_of_the_page(self):
        table = [Method("stream_unary", "/a.B/C")]
        settings = Settings(window_bytes=64)
        host, plugin = binary_wire.Connection(settings), binary_wire.Connection(settings, table)
        for _ in range(3):
            exchange(host, plugin)
        call = host.call(0)
        exchange(host, plugin)
        for length in (100, 20, 1):
            host.send(call, bytes(length))
        served = plugin.calls[call.id]
        costs = []
        while host.out or plugin.out:
            costs += [len(frame.payload) + frames.PART_COST for frame in cut(bytes(host.out))]
            exchange(host, plugin)
        self.assertEqual(costs, [64, 64, 20, 36])
        self.assertEqual(call.outgoing.credit, 8)
        plugin.taken(served)
        self.assertEqual(plugin.out, b"")
        plugin.taken(served)
        self.assertEqual(frames.read_grant(only(bytes(plugin.out)).payload), 56)
        exchange(host, plugin)
        self.assertEqual([len(frame.payload) for frame in cut(bytes(host.out))], [1])
        self.assertEqual(call.outgoing.credit, 47)

    def test_what_is_thrown_away_is_granted_for_the_connection(self):
        table = [Method("stream_unary", "/a.B/C")]
        settings = Settings(window_bytes=256, connection_window_bytes=256)
        host, plugin = binary_wire.Connection(settings), binary_wire.Connection(settings, table)
        for _ in range(3):
            exchange(host, plugin)
        for _ in range(8):
            call = host.call(0, message=bytes(100))
            exchange(host, plugin)
            plugin.fail(plugin.calls[call.id], CallError(frames.ABORTED, "no"))
            exchange(host, plugin)
            exchange(host, plugin)
        self.assertEqual((host.calls, plugin.calls), ({}, {}))


class Several(unittest.TestCase):
    """Messages of a stream that leave together."""

    def setUp(self):
        table = [Method("stream_unary", "/a.B/C")]
        settings = Settings(window_bytes=128, message_bytes_max=100)
        self.plugin = binary_wire.Connection(settings, table)
        self.host = binary_wire.Connection(settings)
        for _ in range(3):
            exchange(self.host, self.plugin)
        self.call = self.host.call(0)
        exchange(self.host, self.plugin)
        self.served = self.plugin.calls[self.call.id]

    def lengths(self) -> list[list[int]]:
        """Of the messages in each frame that waits to be sent; those of a part stand alone."""
        return [
            [len(message) for message in frames.read_several(frame)]
            if frame.flags & frames.SEVERAL
            else [len(frame.payload)]
            for frame in cut(bytes(self.host.out))
        ]

    def test_as_many_leave_as_may_be_spent(self):
        self.host.send_together(self.call, [bytes(20), b"", bytes(30), bytes(50), bytes(9)])
        # 62 + 16 for three of them, and what is left of 128 is for a part of the next.
        self.assertEqual(self.lengths(), [[20, 0, 30], [34]])
        self.assertEqual(self.call.outgoing.credit, 0)
        exchange(self.host, self.plugin)
        self.plugin.taken(self.served)
        self.plugin.taken(self.served)
        self.assertEqual(self.plugin.out, b"", "they are granted with the last of them")
        self.plugin.taken(self.served)
        # The part behind them is the first now.
        self.assertEqual(frames.read_grant(only(bytes(self.plugin.out)).payload), 78)
        exchange(self.host, self.plugin)
        self.assertEqual(self.lengths(), [[16], [9]])

    def test_one_that_is_too_long_ends_the_call_alone(self):
        payload = frames.write_several([b"", bytes(101)])
        frame = frames.write_frame(frames.MESSAGE, frames.PART | frames.SEVERAL, 1, payload)
        events = self.plugin.receive(frame)
        self.assertEqual([(event[0], event[2].code) for event in events], [("end", frames.RESOURCE_EXHAUSTED)])
        self.assertEqual(frames.read_status(only(bytes(self.plugin.out)).payload, 0).code, frames.RESOURCE_EXHAUSTED)


def exchange(host: binary_wire.Connection, plugin: binary_wire.Connection) -> None:
    """What each side has to say so far reaches the other."""
    to_plugin, to_host = bytes(host.out), bytes(plugin.out)
    host.out.clear()
    plugin.out.clear()
    plugin.receive(to_plugin)
    host.receive(to_host)


if __name__ == "__main__":
    unittest.main()
