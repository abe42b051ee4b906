"""gRPC's test service on grpcio alone, as a plugin: conformance_server.py [--tcp] [--threads N].

Serves until its host asks it to end.
"""

import argparse
import contextlib
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import conformance_pb2 as messages
import conformance_pb2_grpc as services
import grpc
from conformance_handshake import COOKIE, host_certificate, new_identity, write_line

INITIAL = "x-grpc-test-echo-initial"
TRAILING = "x-grpc-test-echo-trailing-bin"
# Calls at once unless told otherwise; each has a thread of its own.
THREADS = 16
# The message of gRPC's health service that says SERVING.
SERVING = b"\x08\x01"


class TestService(services.TestServiceServicer):
    """Answers as gRPC's description says; what is not here, grpcio refuses."""

    def __init__(self, observer: "Observer"):
        self.observer = observer

    def EmptyCall(self, request, context):
        return messages.Empty()

    def UnaryCall(self, request, context):
        compress(context, request.response_compressed.value)
        echo_metadata(context)
        echo_status(request, context)
        return messages.SimpleResponse(payload=payload(request.response_size))

    def StreamingInputCall(self, request_iterator, context):
        size = 0
        with self.observer.watch():
            for request in request_iterator:
                size += len(request.payload.body)
        return messages.StreamingInputCallResponse(aggregated_payload_size=size)

    def StreamingOutputCall(self, request, context):
        for response in self.responses(request, context):
            yield response

    def FullDuplexCall(self, request_iterator, context):
        with self.observer.watch():
            echo_metadata(context)
            for request in request_iterator:
                for response in self.responses(request, context):
                    yield response

    def responses(self, request, context):
        echo_status(request, context)
        # Of a call, before its first answer; of an answer, only that it is not compressed.
        compress(context, any(parameters.compressed.value for parameters in request.response_parameters))
        for parameters in request.response_parameters:
            if parameters.interval_us:
                time.sleep(parameters.interval_us / 1e6)
            if not parameters.compressed.value:
                context.disable_next_message_compression()
            yield messages.StreamingOutputCallResponse(payload=payload(parameters.size))


class Observer(services.ObserverServicer):
    """Counts calls that run and calls that were given up."""

    def __init__(self):
        self.lock = threading.Lock()
        self.running = 0
        self.given_up = 0

    @contextlib.contextmanager
    def watch(self):
        self.count(running=1, given_up=0)
        try:
            yield
        except (grpc.RpcError, GeneratorExit):
            # The first is what reading the requests raises when the caller is gone, the second is for
            # answers that nobody takes any more.
            self.count(running=0, given_up=1)
            raise
        finally:
            self.count(running=-1, given_up=0)

    def count(self, running: int, given_up: int) -> None:
        with self.lock:
            self.running += running
            self.given_up += given_up

    def Observe(self, request, context):
        return messages.Observed(running=self.running, given_up=self.given_up)


def payload(size: int):
    return messages.Payload(body=bytes(size))


def compress(context, is_wanted: bool) -> None:
    if is_wanted:
        context.set_compression(grpc.Compression.Gzip)


def echo_metadata(context) -> None:
    metadata = context.invocation_metadata()
    initial = [(key, value) for key, value in metadata if key == INITIAL]
    if initial:
        context.send_initial_metadata(initial)
    context.set_trailing_metadata([(key, value) for key, value in metadata if key == TRAILING])


def echo_status(request, context) -> None:
    if not request.HasField("response_status"):
        return
    number = request.response_status.code
    code = next(code for code in grpc.StatusCode if code.value[0] == number)
    context.abort(code, request.response_status.message)


def controller(stop: threading.Event):
    """The service by which a host ends its plugin. Both of its messages are empty."""

    def shutdown(request, context):
        stop.set()
        return b""

    handlers = {"Shutdown": grpc.unary_unary_rpc_method_handler(shutdown)}
    return grpc.method_handlers_generic_handler("plugin.GRPCController", handlers)


def health():
    """The service by which a host asks for signs of life. It waits for a thread, as every handler does."""
    check = grpc.unary_unary_rpc_method_handler(lambda request, context: SERVING)
    return grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": check})


def main() -> None:
    if os.environ.get(COOKIE[0]) != COOKIE[1]:
        sys.exit("this is a plugin: a host starts it")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tcp", action="store_true", help="listen on TCP, not on a unix socket")
    parser.add_argument("--threads", type=int, default=THREADS, help="how many calls run at once")
    arguments = parser.parse_args()
    tcp = arguments.tcp

    stop = threading.Event()
    observer = Observer()
    server = grpc.server(ThreadPoolExecutor(max_workers=arguments.threads))
    services.add_TestServiceServicer_to_server(TestService(observer), server)
    services.add_ObserverServicer_to_server(observer, server)
    server.add_generic_rpc_handlers([controller(stop), health()])

    client = host_certificate()
    identity = new_identity() if client else None
    socket = Path(os.environ["PLUGIN_UNIX_SOCKET_DIR"]) / "grpcio"
    target = "127.0.0.1:0" if tcp else f"unix:{socket}"
    if identity:
        port = server.add_secure_port(
            target,
            grpc.ssl_server_credentials(
                [(identity.key_pem, identity.pem)],
                root_certificates=client,
                require_client_auth=True,
            ),
        )
    else:
        port = server.add_insecure_port(target)
    server.start()
    network, address = ("tcp", f"127.0.0.1:{port}") if tcp else ("unix", str(socket))
    print(write_line(network, address, identity and identity.certificate), flush=True)
    stop.wait()
    # The answer to the one who asked is still on its way.
    server.stop(grace=1).wait()


if __name__ == "__main__":
    main()
