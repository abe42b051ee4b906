"""One connection of the binary wire, in either role, from docs/protocol.md alone, without a socket.

`Connection` takes the bytes that came and keeps those that shall leave. Whatever the other side does against a rule raises
`Violation`; nothing is forgiven, because this is a test.
"""

from collections import deque

import binary_frames as frames
from binary_frames import CallError, Frame, Method, Settings, Violation

# A part is no longer than this, so that others have their turn.
PART_BYTES = 16384

# What a number means that the table does not have.
NO_METHOD = Method("unary_unary", "")


class Incoming:
    """A direction that is read: its window, and what of its messages waits."""

    def __init__(self, connection: "Connection", call: int, is_stream: bool):
        self.connection = connection
        self.call = call
        self.is_stream = is_stream
        self.window = Granted(connection.settings.window_bytes)
        # What complete messages cost that the application has not taken; what they were cut into may be granted already.
        self.waiting = deque()
        self.partial = bytearray()
        self.partial_cost = 0
        self.is_within = False
        self.is_over = False
        self.is_dropped = False
        self.messages = 0

    def part(self, frame: Frame, part: bytes | None) -> bytes | None:
        """Takes a part in. Returns the message that it completes."""
        if self.is_over:
            raise out_of_place(frame, "behind the end of its direction")
        if part is None:
            if self.is_within and frame.flags & frames.END:
                raise out_of_place(frame, "an end within a message")
            self.is_over = bool(frame.flags & frames.END)
            return None
        # Also a message that is too long may be the last.
        try:
            return self.take_in(frame, part)
        finally:
            self.is_over = bool(frame.flags & frames.END)

    def several(self, frame: Frame) -> list[bytes]:
        """Takes whole messages in that came in one frame, and returns them."""
        if self.is_over:
            raise out_of_place(frame, "behind the end of its direction")
        try:
            return self.take_in_several(frame)
        finally:
            self.is_over = bool(frame.flags & frames.END)

    def take_in_several(self, frame: Frame) -> list[bytes]:
        if self.is_dropped:
            self.grant(self.spend(frame.payload))
            return []
        if not self.is_stream or self.is_within:
            raise out_of_place(frame, "several messages are for a stream that is not within a message")
        cost = self.spend(frame.payload)
        messages = frames.read_several(frame)
        self.messages += len(messages)
        self.connection.several_read += 1
        # All that they cost goes with the last.
        self.waiting += [0] * (len(messages) - 1) + [cost]
        if max(map(len, messages)) > self.connection.settings.message_bytes_max:
            raise CallError(frames.RESOURCE_EXHAUSTED, "a message is longer than this side takes")
        return messages

    def spend(self, payload: bytes) -> int:
        """What a frame with these bytes of messages costs, which the other side must have had."""
        cost = len(payload) + frames.PART_COST
        self.window.spend(self.call, cost)
        if self.is_stream:
            self.connection.window.spend(0, cost)
        return cost

    def take_in(self, frame: Frame, part: bytes) -> bytes | None:
        if not self.is_within and self.messages == 1 and not self.is_stream:
            raise out_of_place(frame, "a second message of a direction that has one")
        cost = self.spend(part)
        if not self.is_within:
            self.messages += 1
        self.is_within = bool(frame.flags & frames.MORE)
        if self.is_dropped:
            self.grant(cost)
            return None
        self.partial += part
        self.partial_cost += cost
        if len(self.partial) > self.connection.settings.message_bytes_max:
            raise CallError(frames.RESOURCE_EXHAUSTED, "a message is longer than this side takes")
        if self.is_within:
            self.grant_partial()
            return None
        message = bytes(self.partial)
        self.waiting.append(self.partial_cost)
        self.partial.clear()
        self.partial_cost = 0
        return message

    def taken(self) -> None:
        """The application took a message."""
        self.grant(self.waiting.popleft())
        self.grant_partial()

    def grant_partial(self) -> None:
        if not self.waiting:
            cost, self.partial_cost = self.partial_cost, 0
            self.grant(cost)

    def cut(self) -> None:
        """The direction ended within a message. Nobody takes the rest of it."""
        cost, self.partial_cost = self.partial_cost, 0
        self.partial.clear()
        self.grant(cost)

    def drop(self) -> None:
        """Nobody takes anything of it any more."""
        self.is_dropped = True
        cost = sum(self.waiting) + self.partial_cost
        self.waiting.clear()
        self.partial.clear()
        self.partial_cost = 0
        self.grant(cost)

    def grant(self, cost: int) -> None:
        if not self.is_over and not self.is_dropped:
            self.connection.grant(self.window, self.call, cost)
        if self.is_stream:
            self.connection.grant(self.connection.window, 0, cost)


class Granted:
    """What the other side may spend, and what it is to be granted again."""

    def __init__(self, size: int):
        self.size = size
        self.left = size
        self.due = 0

    def spend(self, call: int, cost: int) -> None:
        if cost > self.left:
            raise Violation("Window", f"a part for call {call} costs {cost}, and {self.left} are left")
        self.left -= cost


class Outgoing:
    """A direction that is written: what may be spent, and what waits for it."""

    def __init__(self, credit: int, is_stream: bool):
        self.credit = credit
        self.is_stream = is_stream
        # The first of them may have been sent in part. A list is messages that leave together, as far as they may.
        self.messages = deque()
        self.is_within = False
        self.ends = False
        self.is_over = False


class Call:
    """An id in use."""

    def __init__(self, connection: "Connection", id: int, method: Method):
        is_host = connection.is_host
        requests, responses = method.streams_requests, method.streams_responses
        self.id = id
        self.method = method
        self.incoming = Incoming(connection, id, responses if is_host else requests)
        credit = connection.theirs.window_bytes
        self.outgoing = Outgoing(credit, requests if is_host else responses)
        self.has_headers = False
        # Of a host: CANCEL was sent. Of a plugin: it came.
        self.is_given_up = False


def out_of_place(frame: Frame, why: str) -> Violation:
    return Violation("OutOfPlace", f"kind {frame.kind:#04x} for call {frame.call}: {why}")


class Connection:
    """Both sides of the wire. A plugin is made with its methods, a host without."""

    def __init__(self, settings: Settings = Settings(), methods: list[Method] | None = None):
        self.is_host = methods is None
        self.settings = settings
        self.methods = [] if methods is None else list(methods)
        self.theirs: Settings | None = None
        self.has_table = not self.is_host
        self.calls: dict[int, Call] = {}
        self.window = Granted(settings.connection_window_bytes)
        self.credit = 0
        self.out = bytearray()
        self.turns = deque()
        self.last_id = 0
        # The reason of a GOODBYE, once one came; whether one with reason 0 was sent.
        self.left: int | None = None
        self.is_leaving = False
        self.has_magic = False
        # Frames with SEVERAL, for who wants to know that there were some.
        self.several_read = 0
        self.several_written = 0
        self.reader = frames.FrameReader(settings.frame_bytes_max)
        self.first = bytearray()
        if self.is_host:
            self.say_hello()

    # What comes.

    def receive(self, data: bytes) -> list[tuple]:
        """Takes bytes in. Returns what happened, in order: tuples that begin with a word."""
        if not self.has_magic:
            self.first += data
            if len(self.first) < len(frames.MAGIC):
                return []
            found, data = self.first[: len(frames.MAGIC)], bytes(self.first[len(frames.MAGIC) :])
            if found != frames.MAGIC:
                raise Violation("Magic", f"{found.hex()}")
            self.has_magic = True
            if not self.is_host:
                self.say_hello()
        self.reader.feed(data)
        events = []
        while self.left in (None, frames.ORDERLY) and (frame := self.reader.next()) is not None:
            events += self.frame(frame)
        self.pump()
        return events

    def frame(self, frame: Frame) -> list[tuple]:
        if (self.theirs is None) != (frame.kind == frames.HELLO):
            raise out_of_place(frame, "HELLO is the first frame, and comes once")
        if frame.kind >= frames.FIRST_EXTENSION:
            return []
        if not self.has_table and frame.kind not in (frames.HELLO, frames.METHODS, frames.GOODBYE):
            raise out_of_place(frame, "the table is not complete")
        of_connection = frame.kind in (frames.HELLO, frames.METHODS, frames.PING, frames.GOODBYE)
        if of_connection and frame.call != 0:
            raise out_of_place(frame, "a frame of the connection")
        if not of_connection and frame.kind not in (frames.WINDOW, frames.CANCEL) and frame.call == 0:
            raise out_of_place(frame, "a frame of a call")
        from_host = frame.kind in (frames.CALL, frames.CANCEL)
        from_plugin = frame.kind in (frames.METHODS, frames.HEADERS, frames.STATUS)
        if (from_plugin and not self.is_host) or (from_host and self.is_host):
            raise out_of_place(frame, "the other side does not send it")
        handlers = {
            frames.HELLO: self.on_hello,
            frames.METHODS: self.on_methods,
            frames.CALL: self.on_call,
            frames.MESSAGE: self.on_message,
            frames.HEADERS: self.on_headers,
            frames.STATUS: self.on_status,
            frames.CANCEL: self.on_cancel,
            frames.WINDOW: self.on_window,
            frames.PING: self.on_ping,
            frames.GOODBYE: self.on_goodbye,
        }
        return handlers[frame.kind](frame) or []

    def on_hello(self, frame: Frame):
        self.theirs = frames.read_hello(frame.payload)
        self.credit = self.theirs.connection_window_bytes
        if not self.is_host:
            payloads = frames.write_table(self.methods, self.theirs.frame_bytes_max)
            for payload in payloads[:-1]:
                self.write(frames.METHODS, frames.MORE, 0, payload)
            self.write(frames.METHODS, 0, 0, payloads[-1])
        return [("hello", self.theirs)]

    def on_methods(self, frame: Frame):
        if self.has_table:
            raise out_of_place(frame, "the table is complete")
        for method in frames.read_methods(frame.payload):
            if any(method.path == other.path for other in self.methods):
                raise Violation("Table", f"{method.path} comes twice")
            self.methods.append(method)
        self.has_table = not frame.flags & frames.MORE
        return [("table",)] if self.has_table else []

    def on_call(self, frame: Frame):
        opening = frames.read_opening(frame)
        if frame.call in self.calls:
            raise out_of_place(frame, "the id is in use")
        if len(self.calls) >= self.settings.calls_max:
            raise Violation("TooManyCalls", f"{frame.call} is one more than {self.settings.calls_max}")
        is_known = opening.method < len(self.methods)
        call = Call(self, frame.call, self.methods[opening.method] if is_known else NO_METHOD)
        self.calls[call.id] = call
        try:
            if not is_known:
                raise CallError(frames.UNIMPLEMENTED, f"the table has no method {opening.method}")
            if self.is_leaving:
                raise CallError(frames.UNAVAILABLE, "the plugin ends")
            metadata = frames.read_metadata(opening.metadata, self.settings.metadata_bytes_max)
        except CallError as error:
            self.fail(call, error)
            self.on_part(call, frame, opening.part)
            return []
        events = [("call", call, opening.timeout_ns, metadata)]
        return events + self.on_part(call, frame, opening.part)

    def on_message(self, frame: Frame):
        call = self.find(frame)
        if frame.flags & frames.SEVERAL:
            return self.on_messages(call, frame, lambda: call.incoming.several(frame))
        return self.on_part(call, frame, frames.read_part(frame))

    def on_part(self, call: Call, frame: Frame, part: bytes | None):
        def take() -> list[bytes]:
            message = call.incoming.part(frame, part)
            return [] if message is None else [message]

        return self.on_messages(call, frame, take)

    def on_messages(self, call: Call, frame: Frame, take):
        """What follows from a frame that has messages or an end; `take` takes it in, and returns what it completes."""
        events = []
        try:
            events += [("message", call, message) for message in take()]
        except CallError as error:
            # Too long for this side: the call is over, the connection is not.
            events.append(("end", call, error))
            if self.is_host:
                self.cancel(call)
            else:
                self.fail(call, error)
        if call.incoming.is_over:
            if not call.incoming.is_dropped:
                events.append(self.ended(call, None))
            if self.is_host:
                self.hang_up(call)
            self.release(call)
        return events

    def ended(self, call: Call, status: CallError | None) -> tuple:
        """The other side's direction is over. Whether all of it came depends on the kind of the method."""
        is_one = not call.incoming.is_stream
        if status is None or status.code == frames.OK:
            if call.incoming.is_within:
                status = CallError(frames.INTERNAL, "the answer ends within a message")
            elif is_one and call.incoming.messages == 0:
                status = CallError(frames.INTERNAL, "the one message of the direction is missing")
        return ("end", call, status)

    def on_headers(self, frame: Frame):
        call = self.find(frame)
        if call.incoming.is_over:
            raise out_of_place(frame, "behind the end of its direction")
        if call.has_headers or call.incoming.messages:
            raise out_of_place(frame, "HEADERS come once, before the messages")
        call.has_headers = True
        try:
            metadata = frames.read_metadata(frame.payload, self.settings.metadata_bytes_max)
        except CallError as error:
            if call.is_given_up:
                return []
            self.cancel(call)
            return [("end", call, error)]
        return [] if call.is_given_up else [("headers", call, metadata)]

    def on_status(self, frame: Frame):
        call = self.find(frame)
        status = frames.read_status(frame.payload, self.settings.metadata_bytes_max)
        if call.incoming.is_over:
            raise out_of_place(frame, "behind the end of its direction")
        call.incoming.is_over = True
        event = self.ended(call, status)
        call.incoming.cut()
        was_given_up = call.is_given_up
        self.hang_up(call)
        self.release(call)
        return [] if was_given_up else [event]

    def on_cancel(self, frame: Frame):
        frames.Reader(frame.payload, frames.bad_payload).end()
        call = self.calls.get(frame.call)
        if call is None or call.is_given_up:
            return []
        call.is_given_up = True
        call.incoming.is_over = True
        call.incoming.drop()
        if call.outgoing.is_over:
            self.release(call)
            return []
        # Every call is answered once, this one too; nobody waits for what its handler says.
        self.fail(call, CallError(frames.CANCELLED, ""))
        return [("cancelled", call)]

    def on_window(self, frame: Frame):
        granted = frames.read_grant(frame.payload)
        call = self.calls.get(frame.call)
        if frame.call == 0:
            self.credit = self.more(0, self.credit, granted)
        elif granted == 0:
            raise Violation("Grant", f"nothing for call {frame.call}")
        elif call is not None and not call.outgoing.is_over:
            call.outgoing.credit = self.more(frame.call, call.outgoing.credit, granted)
        return []

    @staticmethod
    def more(call: int, left: int, granted: int) -> int:
        if granted == 0 or left + granted > frames.GRANTED_MAX:
            raise Violation("Grant", f"{granted} for call {call}, which has {left}")
        return left + granted

    def on_ping(self, frame: Frame):
        if len(frame.payload) != 8:
            raise frames.bad_payload(f"a PING of {len(frame.payload)} bytes")
        if frame.flags & frames.ANSWER:
            return [("pong", frame.payload)]
        self.write(frames.PING, frames.ANSWER, 0, frame.payload)
        return []

    def on_goodbye(self, frame: Frame):
        reason, text = frames.read_goodbye(frame.payload)
        self.left = reason
        return [("goodbye", reason, text)]

    def find(self, frame: Frame) -> Call:
        call = self.calls.get(frame.call)
        if call is None:
            raise out_of_place(frame, "the id is not in use")
        return call

    # What leaves.

    def write(self, kind: int, flags: int, call: int, payload: bytes = b"") -> None:
        limit = frames.FIRST_FRAME_BYTES if self.theirs is None else self.theirs.frame_bytes_max
        assert len(payload) <= limit, f"a frame of {len(payload)} bytes, over {limit}"
        self.out += frames.write_frame(kind, flags, call, payload)

    def say_hello(self) -> None:
        self.out += frames.MAGIC
        self.write(frames.HELLO, 0, 0, frames.write_hello(self.settings))

    def grant(self, window: Granted, call: int, cost: int) -> None:
        window.due += cost
        if window.due and window.due * 2 >= window.size:
            self.write(frames.WINDOW, 0, call, window.due.to_bytes(4, "little"))
            window.left += window.due
            window.due = 0

    def resolve(self, method: Method) -> int:
        """The number of a method in the other side's table, if both mean the same by it."""
        for number, found in enumerate(self.methods):
            if found.path == method.path:
                break
        else:
            raise CallError(frames.UNIMPLEMENTED, f"the plugin has no method {method.path}")
        if found.kind != method.kind:
            text = f"{method.path} is {found.kind} in the plugin and {method.kind} here"
            raise CallError(frames.FAILED_PRECONDITION, text)
        for ours, theirs in ((method.request, found.request), (method.response, found.response)):
            if ours.print and theirs.print and ours.print != theirs.print:
                text = f"{method.path}: `{theirs.text}` in the plugin, `{ours.text}` here"
                raise CallError(frames.FAILED_PRECONDITION, text)
        return number

    def call(self, number: int, timeout_ns=None, metadata=(), message: bytes | None = None, ends=False) -> Call:
        """Begins a call. `ends` says that there is no message behind the first."""
        assert self.has_table and self.left is None, "calls are made behind the table, before a GOODBYE"
        assert len(self.calls) < self.theirs.calls_max, "the other side does not take so many calls"
        id = self.last_id % (2**32 - 1) + 1
        while id in self.calls:
            id = id % (2**32 - 1) + 1
        self.last_id = id
        packed = frames.write_metadata(metadata, self.theirs.metadata_bytes_max) if metadata else None
        self.check_length(message or b"")
        call = Call(self, id, self.methods[number])
        self.calls[id] = call
        flags, opening = frames.write_opening(number, timeout_ns, packed)
        if message is not None:
            self.queue(call, message)
        call.outgoing.ends = ends
        self.write_part(call, frames.CALL, flags, opening)
        self.pump()
        return call

    def queue(self, call: Call, message: bytes) -> None:
        assert not call.outgoing.ends, "a message behind the end"
        self.check_length(message)
        call.outgoing.messages.append(memoryview(message))
        self.turns.append(call)

    def queue_together(self, call: Call, messages: list[bytes]) -> None:
        assert call.outgoing.is_stream and not call.outgoing.ends, "several messages are for a stream, before its end"
        for message in messages:
            self.check_length(message)
        call.outgoing.messages.append(list(messages))
        self.turns.append(call)

    def send_together(self, call: Call, messages: list[bytes]) -> None:
        """Sends messages of a stream, as many in a frame as may go at once."""
        if messages and not call.outgoing.is_over:
            self.queue_together(call, messages)
            self.pump()

    def check_length(self, message: bytes) -> None:
        if len(message) > self.theirs.message_bytes_max:
            raise CallError(frames.RESOURCE_EXHAUSTED, "a message is longer than the other side takes")

    def send(self, call: Call, message: bytes) -> None:
        if not call.outgoing.is_over:
            self.queue(call, message)
            self.pump()

    def finish(self, call: Call) -> None:
        """No message follows."""
        if not call.outgoing.is_over:
            call.outgoing.ends = True
            self.turns.append(call)
            self.pump()

    def pump(self) -> None:
        """Writes what may be spent, a part of each call in turn."""
        idle = 0
        while self.turns and idle < len(self.turns):
            call = self.turns.popleft()
            if self.write_part(call, frames.MESSAGE, 0, b""):
                idle = 0
            else:
                idle += 1
            outgoing = call.outgoing
            has_more = outgoing.messages or outgoing.ends
            if has_more and not outgoing.is_over and call not in self.turns:
                self.turns.append(call)

    def write_part(self, call: Call, kind: int, flags: int, before: bytes) -> bool:
        """Writes the next part of a call, if it may. A CALL is written in any case."""
        outgoing = call.outgoing
        if outgoing.is_over:
            return False
        if kind == frames.MESSAGE and (part := self.next_several(outgoing)) is not None:
            flags |= frames.PART | frames.SEVERAL
        elif (part := self.next_part(outgoing, len(before))) is not None:
            flags |= frames.PART | (frames.MORE if outgoing.is_within else 0)
        if outgoing.ends and not outgoing.messages:
            flags |= frames.END
            outgoing.is_over = True
        if kind == frames.MESSAGE and not flags:
            return False
        self.write(kind, flags, call.id, before + (part or b""))
        if outgoing.is_over:
            if not self.is_host:
                call.incoming.drop()
            self.release(call)
        return True

    def next_several(self, outgoing: Outgoing) -> bytes | None:
        """What may leave of messages that are to leave together; a first one that is too long for it is then one alone."""
        if not outgoing.messages or not isinstance(outgoing.messages[0], list):
            return None
        together, room, number = outgoing.messages.popleft(), self.room(outgoing, 0), 0
        while number < len(together) and (room := room - 4 - len(together[number])) >= 0:
            number += 1
        first, rest = together[:number], together[number:]
        if not first:
            alone = memoryview(rest.pop(0))
        if rest:
            outgoing.messages.appendleft(rest)
        if not first:
            outgoing.messages.appendleft(alone)
            return None
        payload = frames.write_several(first)
        self.spend(outgoing, payload)
        self.several_written += 1
        return payload

    def next_part(self, outgoing: Outgoing, before: int) -> bytes | None:
        if not outgoing.messages:
            return None
        message = outgoing.messages.popleft()
        room = self.room(outgoing, before)
        if room < 0 or (room == 0 and len(message)):
            outgoing.messages.appendleft(message)
            return None
        part, rest = bytes(message[:room]), message[room:]
        self.spend(outgoing, part)
        outgoing.is_within = len(rest) > 0
        if outgoing.is_within:
            outgoing.messages.appendleft(rest)
        return part

    def room(self, outgoing: Outgoing, before: int) -> int:
        """How long a part may be; less than 0 where not even an empty one may leave."""
        room = min(PART_BYTES, self.theirs.frame_bytes_max - before, outgoing.credit - frames.PART_COST)
        return min(room, self.credit - frames.PART_COST) if outgoing.is_stream else room

    def spend(self, outgoing: Outgoing, payload: bytes) -> None:
        outgoing.credit -= len(payload) + frames.PART_COST
        if outgoing.is_stream:
            self.credit -= len(payload) + frames.PART_COST

    def headers(self, call: Call, metadata) -> None:
        if not call.outgoing.is_over:
            packed = frames.write_metadata(metadata, self.theirs.metadata_bytes_max)
            self.write(frames.HEADERS, 0, call.id, packed)

    def fail(self, call: Call, status: CallError) -> None:
        """Ends a call by a STATUS, which may be OK: with trailing metadata. What is not sent yet is not sent any more."""
        if call.outgoing.is_over:
            return
        trailing = b""
        if status.trailing:
            trailing = frames.write_metadata(status.trailing, self.theirs.metadata_bytes_max)
        payload = frames.write_status(status.code, status.text, status.details, trailing)
        self.write(frames.STATUS, 0, call.id, payload)
        call.outgoing.is_over = True
        call.incoming.drop()
        self.release(call)

    def cancel(self, call: Call) -> None:
        """Gives a call up, also one whose messages were not all taken. What comes for it is thrown away."""
        if self.calls.get(call.id) is not call:
            call.incoming.drop()
            return
        if call.is_given_up:
            return
        self.write(frames.CANCEL, 0, call.id)
        call.outgoing.is_over = True
        call.is_given_up = True
        call.incoming.drop()
        self.release(call)

    def hang_up(self, call: Call) -> None:
        """The plugin has ended a call before the host."""
        if not call.outgoing.is_over:
            self.write(frames.CANCEL, 0, call.id)
            call.outgoing.is_over = True

    def release(self, call: Call) -> None:
        """An id is free when both directions are over."""
        if call.outgoing.is_over and call.incoming.is_over and self.calls.get(call.id) is call:
            del self.calls[call.id]

    def taken(self, call: Call) -> None:
        """The application took a message of a call."""
        if not call.incoming.is_dropped:
            call.incoming.taken()

    def ping(self, payload: bytes) -> None:
        self.write(frames.PING, 0, 0, payload)

    def goodbye(self, reason: int, text: str = "") -> None:
        self.is_leaving = True
        self.write(frames.GOODBYE, 0, 0, frames.write_goodbye(reason, text))
