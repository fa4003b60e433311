"""Lets the official Python SDK of IICP be used from a test: takes orders as JSON lines on stdin and answers each with one
JSON line on stdout, {"ok": ...} or {"error": {...}}, in order.

The SDK is used as it was published. It refuses nodes on loopback, as it should; of its two guards one has a switch of its
own (IICP_PROXY_ALLOW_LOOPBACK_NODES), the other, which filters what a directory lists, is replaced below. Nothing that
makes, seals, sends, opens or judges a message is touched.
"""

import asyncio
import dataclasses
import json
import os
import sys

os.environ["IICP_PROXY_ALLOW_LOOPBACK_NODES"] = "1"

import iicp_client
import iicp_client.client
from iicp_client.conformance import run_conformance_checks
from iicp_client.types import (
    ChatMessage,
    ChatOptions,
    ClientConfig,
    DiscoverOptions,
    RouteConstraints,
    TaskConstraints,
    TaskRequest,
)

iicp_client.client._is_ssrf_safe = lambda url: url.startswith("http://127.0.0.1:")

provider = None


def client(order):
    return iicp_client.IicpClient(ClientConfig(directory_url=order["directory"]))


async def discover(order):
    options = DiscoverOptions(model=order.get("model"))
    found = await client(order).discover_async(order["intent"], options)
    return dataclasses.asdict(found)


async def chat(order):
    messages = [ChatMessage(role="user", content=text) for text in order["say"]]
    options = ChatOptions(
        model=order.get("model"), max_tokens=order.get("maxTokens"), temperature=order.get("temperature"), qos="batch"
    )
    return dataclasses.asdict(await client(order).chat_async(messages, options))


async def submit(order):
    """`qos` is told to the node alone: a directory would not offer a young node for urgent work. `times` of them at once."""
    constraints = TaskConstraints(timeout_ms=order.get("timeoutMs", 10_000), qos=order.get("qos", "batch"))
    request = TaskRequest(
        intent=order["intent"],
        payload=order["payload"],
        constraints=constraints,
        route_constraints=RouteConstraints(qos="batch"),
    )
    answers = await asyncio.gather(*(client(order).submit_async(request) for _ in range(order.get("times", 1))))
    views = [dataclasses.asdict(answer) for answer in answers]
    return {"all": views} if "times" in order else views[0]


class Registered:
    """What the SDK's self-check wants to know of a node: who it says it is."""

    def __init__(self, node_id, endpoint, directory):
        self._cfg = iicp_client.NodeConfig(node_id=node_id, endpoint=endpoint, intent="", directory_url=directory)


async def check(order):
    node = Registered(order["nodeId"], order["endpoint"], order["directory"])
    report = await run_conformance_checks(node, local_port=order["port"], node_token="held elsewhere")
    return report.as_dict()


async def provide(order):
    """A provider node of the SDK's own: listens, registers, and answers chat by repeating what was said."""
    global provider

    async def answer(task):
        said = task["payload"]["messages"][-1]["content"]
        choice = {"index": 0, "message": {"role": "assistant", "content": f"you said: {said}"}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
        return {"result": {"choices": [choice], "usage": usage}, "usage": usage}

    provider = iicp_client.IicpNode(
        iicp_client.NodeConfig(
            node_id=order["nodeId"],
            endpoint=f"http://127.0.0.1:{order['port']}",
            intent="urn:iicp:intent:llm:chat:v1",
            model="echo",
            region="eu-central",
            directory_url=order["directory"],
        )
    )
    provider.serving = asyncio.create_task(provider.serve(answer, host="127.0.0.1", port=order["port"]))
    for _ in range(500):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", order["port"])
            writer.close()
            break
        except OSError:
            await asyncio.sleep(0.01)
    return {"token": bool(await provider.register())}


async def beat(order):
    await provider.heartbeat(provider._node_token)
    return {}


async def withdraw(order):
    await provider.deregister()
    return {}


ORDERS = {name.__name__: name for name in (discover, chat, submit, check, provide, beat, withdraw)}


async def main():
    loop = asyncio.get_running_loop()
    print(json.dumps({"ok": {"version": iicp_client.__version__}}), flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        try:
            reply = {"ok": await ORDERS[order["do"]](order)}
        except iicp_client.IicpError as error:
            reply = {"error": {"code": error.code, "status": error.http_status, "retryable": error.retryable}}
        except Exception as error:  # noqa: BLE001 - a test shall see it, whatever it is
            reply = {"error": {"code": type(error).__name__, "message": str(error)}}
        print(json.dumps(reply, default=str), flush=True)
    # The SDK's server thread waits for connections and would keep the process.
    os._exit(0)


asyncio.run(main())
