"""gRPC's test client on grpcio alone, as a host: conformance_client.py PLUGIN [ARGUMENTS...] -- CASE...

With --tls before PLUGIN the host announces a certificate and demands one. Prints
a line a case, `ok CASE` or `FAILED CASE: REASON`; the exit status is 0 only if
every case held. RPCPLUGIN_SOAK_CALLS, _CHANNELS, _PAUSES and _PAUSE_MS say how
often the soaks do what they do.
"""

import functools
import os
import queue
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import conformance_pb2 as messages
import conformance_pb2_grpc as services
import grpc
from conformance_handshake import COOKIE, new_identity, read_line
from cryptography.hazmat.primitives.serialization import Encoding

# What is not over by then hangs. The soaks take as long as they were asked to.
CASE_SECONDS = 60
INITIAL = ("x-grpc-test-echo-initial", "test_initial_metadata_value")
TRAILING = ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab")
REQUEST_BYTES = [27182, 8, 1828, 45904]
RESPONSE_BYTES = [31415, 9, 2653, 58979]
SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
# What a server may keep of calls that are over: the rooms of its allocator.
MEMORY_GROWTH_BYTES_MAX = 16 << 20


class Server:
    """A plugin that was started, and the channels to it."""

    def __init__(self, command: list[str], tls: bool, directory: str):
        self.identity = new_identity() if tls else None
        environment = dict(os.environ, PLUGIN_PROTOCOL_VERSIONS="1", PLUGIN_UNIX_SOCKET_DIR=directory)
        environment[COOKIE[0]] = COOKIE[1]
        environment.pop("PLUGIN_CLIENT_CERT", None)
        if self.identity:
            environment["PLUGIN_CLIENT_CERT"] = self.identity.pem.decode()
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        self.line = read_line(self.process.stdout.readline())
        expect("whether the plugin takes part in TLS", self.line.certificate is not None, tls)

    def channel(self) -> grpc.Channel:
        # Without the first of these a second channel would share the connection of the first.
        options = [("grpc.use_local_subchannel_pool", 1)]
        if not self.identity:
            return grpc.insecure_channel(self.line.target, options)
        credentials = grpc.ssl_channel_credentials(
            root_certificates=pem(self.line.certificate),
            private_key=self.identity.key_pem,
            certificate_chain=self.identity.pem,
        )
        options.append(("grpc.ssl_target_name_override", "localhost"))
        return grpc.secure_channel(self.line.target, credentials, options)

    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))

    def memory(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) << 10

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        expect("the exit status", self.process.wait(30), 0)


def pem(certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def expect(what: str, found, expected) -> None:
    if found != expected:
        raise AssertionError(f"{what}: expected {expected!r}, found {found!r}")


def zeros(payload, size: int) -> None:
    expect("the length of the payload", len(payload.body), size)
    if any(payload.body):
        raise AssertionError("the payload is not made of zeros")


def payload(size: int):
    return messages.Payload(body=bytes(size))


def large_request():
    return messages.SimpleRequest(response_size=314159, payload=payload(271828))


def parameters(size: int):
    return messages.ResponseParameters(size=size)


def failed(call, code: grpc.StatusCode, text: str | None = None) -> None:
    """Expect that a call, or reading from it, fails in this way."""
    try:
        found = call()
    except grpc.RpcError as error:
        expect("the status", error.code(), code)
        if text is not None:
            expect("the text of the status", error.details(), text)
    else:
        raise AssertionError(f"expected {code}, the call succeeded with {found!r}")


def eventually(what: str, is_so) -> None:
    for _ in range(3000):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError(f"{what} did not happen within half a minute")


class Cases:
    """A case is a method; what it asserts is what gRPC's description of it says."""

    def __init__(self, server: Server):
        self.server = server
        self.channel = server.channel()
        self.test = services.TestServiceStub(self.channel)
        self.observer = services.ObserverStub(self.channel)

    def empty_unary(self):
        expect("the answer", self.test.EmptyCall(messages.Empty()), messages.Empty())

    def large_unary(self):
        self.large_call(self.test)

    def large_call(self, stub):
        zeros(stub.UnaryCall(large_request(), timeout=CASE_SECONDS).payload, 314159)

    def client_compressed_unary(self):
        for compressed, said in ((False, True), (True, True), (False, False)):
            request = large_request()
            request.expect_compressed.value = said
            compression = grpc.Compression.Gzip if compressed else grpc.Compression.NoCompression
            if compressed == said:
                zeros(self.test.UnaryCall(request, compression=compression).payload, 314159)
            else:
                call = functools.partial(self.test.UnaryCall, request, compression=compression)
                failed(call, grpc.StatusCode.INVALID_ARGUMENT)

    def client_compressed_streaming(self):
        # grpcio compresses all messages of a call, but for those that would not get shorter.
        sizes = []
        requests = []
        for body, compressed in ((bytes(27182), True), (os.urandom(45904), False)):
            request = messages.StreamingInputCallRequest(payload=messages.Payload(body=body))
            request.expect_compressed.value = compressed
            requests.append(request)
            sizes.append(len(body))
        response = self.test.StreamingInputCall(iter(requests), compression=grpc.Compression.Gzip)
        expect("the sum of the lengths", response.aggregated_payload_size, sum(sizes))
        failed(lambda: self.test.StreamingInputCall(iter(requests)), grpc.StatusCode.INVALID_ARGUMENT)

    # That they come is all that grpcio tells; a peer in Go looks at the flags.
    def server_compressed_unary(self):
        for compressed in (True, False):
            request = large_request()
            request.response_compressed.value = compressed
            zeros(self.test.UnaryCall(request).payload, 314159)

    def server_compressed_streaming(self):
        request = messages.StreamingOutputCallRequest()
        for size, compressed in ((31415, True), (92653, False)):
            request.response_parameters.add(size=size).compressed.value = compressed
        sizes = [len(response.payload.body) for response in self.test.StreamingOutputCall(request)]
        expect("the lengths of the answers", sizes, [31415, 92653])

    def client_streaming(self):
        requests = [messages.StreamingInputCallRequest(payload=payload(size)) for size in REQUEST_BYTES]
        response = self.test.StreamingInputCall(iter(requests))
        expect("the sum of the lengths", response.aggregated_payload_size, 74922)

    def server_streaming(self):
        request = messages.StreamingOutputCallRequest(
            response_parameters=[parameters(size) for size in RESPONSE_BYTES]
        )
        responses = list(self.test.StreamingOutputCall(request))
        expect("the number of answers", len(responses), len(RESPONSE_BYTES))
        for response, size in zip(responses, RESPONSE_BYTES, strict=True):
            zeros(response.payload, size)

    def ping_pong(self):
        pipe = Pipe()
        responses = self.test.FullDuplexCall(pipe)
        for length, size in zip(REQUEST_BYTES, RESPONSE_BYTES, strict=True):
            pipe.send(question(length, size))
            zeros(next(responses).payload, size)
        pipe.close()
        expect("what follows", list(responses), [])

    def empty_stream(self):
        expect("the answers", list(self.test.FullDuplexCall(iter([]))), [])

    def custom_metadata(self):
        metadata = [INITIAL, TRAILING]
        response, call = self.test.UnaryCall.with_call(large_request(), metadata=metadata)
        zeros(response.payload, 314159)
        self.echoed_metadata(call)
        pipe = Pipe()
        call = self.test.FullDuplexCall(pipe, metadata=metadata)
        pipe.send(messages.StreamingOutputCallRequest(
            response_parameters=[parameters(314159)], payload=payload(271828)
        ))
        zeros(next(call).payload, 314159)
        pipe.close()
        expect("what follows", list(call), [])
        self.echoed_metadata(call)

    def echoed_metadata(self, call):
        for where, found, expected in (
            ("initial", call.initial_metadata(), INITIAL),
            ("trailing", call.trailing_metadata(), TRAILING),
        ):
            values = [value for key, value in found if key == expected[0]]
            expect(f"the {where} metadata", values, [expected[1]])

    def status_code_and_message(self):
        self.echoed_status("test status message")

    def special_status_message(self):
        self.echoed_status(SPECIAL)

    def echoed_status(self, text: str):
        status = messages.EchoStatus(code=2, message=text)
        request = messages.SimpleRequest(response_status=status)
        failed(lambda: self.test.UnaryCall(request), grpc.StatusCode.UNKNOWN, text)
        request = messages.StreamingOutputCallRequest(response_status=status)
        responses = self.test.FullDuplexCall(iter([request]))
        failed(lambda: next(responses), grpc.StatusCode.UNKNOWN, text)

    def unimplemented_method(self):
        failed(lambda: self.test.UnimplementedCall(messages.Empty()), grpc.StatusCode.UNIMPLEMENTED)

    def unimplemented_service(self):
        stub = services.UnimplementedServiceStub(self.channel)
        failed(lambda: stub.UnimplementedCall(messages.Empty()), grpc.StatusCode.UNIMPLEMENTED)

    def cancel_after_begin(self):
        before = self.observe()
        pipe = Pipe()
        call = self.test.StreamingInputCall.future(pipe)
        eventually("the call", lambda: self.observe().running > before.running)
        call.cancel()
        expect("the status", call.code(), grpc.StatusCode.CANCELLED)
        self.given_up(before)
        # At once, before the server can have seen it: nothing of it may stay there either.
        call = self.test.StreamingInputCall.future(pipe)
        call.cancel()
        expect("the status", call.code(), grpc.StatusCode.CANCELLED)
        eventually("the end", lambda: self.observe().running == before.running)
        pipe.close()

    def cancel_after_first_response(self):
        before = self.observe()
        pipe = Pipe()
        call = self.test.FullDuplexCall(pipe)
        pipe.send(question(27182, 31415))
        zeros(next(call).payload, 31415)
        call.cancel()
        expect("the status", call.code(), grpc.StatusCode.CANCELLED)
        self.given_up(before)
        pipe.close()

    def timeout_on_sleeping_server(self):
        before = self.observe()
        pipe = Pipe()
        call = self.test.FullDuplexCall(pipe, timeout=0.001)
        pipe.send(messages.StreamingOutputCallRequest(payload=payload(27182)))
        failed(lambda: next(call), grpc.StatusCode.DEADLINE_EXCEEDED)
        pipe.close()
        eventually("the end of its handler", lambda: self.observe().running == before.running)

    def rpc_soak(self):
        # What stays for all calls is there after the first ones.
        for _ in range(10):
            self.large_call(self.test)
        files, threads, memory = self.server.open_files(), self.server.threads(), self.server.memory()
        for _ in range(number("CALLS", 200)):
            self.large_call(self.test)
        expect("the server's open files", self.server.open_files(), files)
        expect("the server's threads", self.server.threads(), threads)
        grown = self.server.memory() - memory
        if grown > MEMORY_GROWTH_BYTES_MAX:
            raise AssertionError(f"the server's memory grew by {grown} bytes")

    def channel_soak(self):
        files = self.server.open_files()
        for _ in range(number("CHANNELS", 20)):
            with self.server.channel() as channel:
                self.large_call(services.TestServiceStub(channel))
        eventually("the end of the connections", lambda: self.server.open_files() <= files)

    def long_lived_channel(self):
        for _ in range(number("PAUSES", 3)):
            self.large_call(self.test)
            time.sleep(number("PAUSE_MS", 300) / 1000)
        self.large_call(self.test)

    def observe(self):
        return self.observer.Observe(messages.Empty(), timeout=CASE_SECONDS)

    def given_up(self, before):
        def is_so():
            now = self.observe()
            return now.running == before.running and now.given_up == before.given_up + 1

        eventually("the end of the call at the server", is_so)


class Pipe:
    """Requests that are sent one by one."""

    def __init__(self):
        self.requests = queue.SimpleQueue()

    def send(self, request) -> None:
        self.requests.put(request)

    def close(self) -> None:
        self.requests.put(None)

    def __iter__(self):
        return self

    def __next__(self):
        request = self.requests.get()
        if request is None:
            raise StopIteration
        return request


def question(length: int, size: int):
    return messages.StreamingOutputCallRequest(
        response_parameters=[parameters(size)], payload=payload(length)
    )


def number(name: str, default: int) -> int:
    return int(os.environ.get(f"RPCPLUGIN_SOAK_{name}", default))


def run(case: str, cases: Cases) -> bool:
    """Run one case, and print its outcome in one line."""
    try:
        getattr(cases, case)()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".replace("\n", " ")
        print(f"FAILED {case}: {reason}", flush=True)
        return False
    print("ok", case, flush=True)
    return True


def main(arguments: list[str]) -> int:
    tls = arguments[:1] == ["--tls"]
    command, cases = split(arguments[1:] if tls else arguments)
    if not command or not cases:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as directory:
        server = Server(command, tls, directory)
        try:
            subject = Cases(server)
            held = [run(case, subject) for case in cases]
            subject.channel.close()
            server.end()
        finally:
            server.process.kill()
    return 0 if all(held) else 1


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
