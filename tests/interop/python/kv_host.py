"""A pyvider host that holds the conversation: kv_host.py PLUGIN [ARGUMENTS...].

PLUGIN_AUTO_MTLS in the environment decides about TLS, as it does for any host
of pyvider. Prints a line a step; the exit status is 0 only if every one held.
"""

import asyncio
import sys
import time

import cookie  # noqa: F401  (must come before pyvider)

import kv_pb2_grpc
from conversation import STEPS, expect
from pyvider.rpcplugin import plugin_client, rpcplugin_config

STEP_SECONDS = 10
START_SECONDS = 60
# Their host follows the Shutdown call with a SIGTERM after only 50 ms, so a
# plugin may end by itself or by that. A SIGKILL would be one that took neither.
CLEAN_EXITS = (0, -15)


class Failed(Exception):
    """A step did not hold, and has been reported."""


async def step(name: str, seconds: float, action) -> None:
    """Run one step within a time and print its outcome with what it returned."""
    started = time.monotonic()
    try:
        detail = await asyncio.wait_for(action, seconds)
    except TimeoutError as error:
        print(f"FAILED {name}: not done after {seconds} s", file=sys.stderr)
        raise Failed from error
    except Exception as error:
        print(f"FAILED {name}: {type(error).__name__}: {error}", file=sys.stderr)
        raise Failed from error
    elapsed = round((time.monotonic() - started) * 1000)
    print("ok", name, *([detail] if detail else []), f"elapsed_ms={elapsed}", flush=True)


async def start(client) -> str:
    await client.start()
    # Private, but the public face does not tell whether the channel is secure,
    # and their host takes a plugin without a certificate for a plaintext one.
    secure = client._server_cert is not None
    expect(secure, rpcplugin_config.plugin_auto_mtls)
    return f"tls={'on' if secure else 'off'} endpoint={client.target_endpoint}"


async def close(client) -> str:
    # close() forgets the process; its status is wanted afterwards.
    process = client._process.process
    await client.shutdown_plugin()
    await client.close()
    status = process.poll()
    if status is None:
        raise AssertionError("the plugin is still running")
    if status not in CLEAN_EXITS:
        raise AssertionError(f"the plugin ended with status {status}")
    return f"status={status}"


async def converse(client) -> None:
    stub = kv_pb2_grpc.KVStub(client.grpc_channel)
    for name, action in STEPS:
        await step(name, STEP_SECONDS, action(stub))


async def main(command: list[str]) -> int:
    if not command:
        print("usage: kv_host.py PLUGIN [ARGUMENTS...]", file=sys.stderr)
        return 2
    client = plugin_client(command)
    try:
        await step("start", START_SECONDS, start(client))
        await converse(client)
        await step("close", STEP_SECONDS, close(client))
    except Failed:
        # Nothing of theirs may be left running, whatever state it is in.
        await client.close()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
