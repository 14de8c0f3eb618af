"""Pushes COUNT messages of PAYLOAD_BYTES to the push service at SINK_URL with pywebpush, over kept connections.

`push.py plain` calls `webpush_async` as its documentation shows, which signs a VAPID token for each message;
`push.py cached` signs once and hands the headers to `WebPusher`. Prints one JSON line: seconds and processor seconds
of the pushing alone, and errors.
"""

import asyncio
import base64
import json
import os
import ssl
import sys
import time

import aiohttp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from pywebpush import WebPusher, webpush_async

CONCURRENCY = 64
SINK_URL, COUNT = os.environ["SINK_URL"], int(os.environ["COUNT"])
PAYLOAD = "x" * int(os.environ["PAYLOAD_BYTES"])
CLAIMS = {"sub": "mailto:bench@example.com", "aud": SINK_URL, "exp": int(time.time()) + 12 * 3600}
HEADERS = {"urgency": "normal", "topic": "bench"}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def receiver():
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return {"p256dh": base64url(point), "auth": base64url(os.urandom(16))}


async def main(mode):
    receivers = [receiver() for _ in range(64)]
    vapid = Vapid02()
    vapid.generate_keys()
    signed = {**HEADERS, **vapid.sign(CLAIMS)}
    numbers = iter(range(COUNT))
    errors = 0
    connector = aiohttp.TCPConnector(limit=CONCURRENCY, ssl=ssl.create_default_context(cafile=os.environ["SINK_CA"]))

    async def client(session):
        nonlocal errors
        for i in numbers:
            subscription = {"endpoint": f"{SINK_URL}/p/y{i}", "keys": receivers[i % len(receivers)]}
            try:
                if mode == "plain":
                    await webpush_async(
                        subscription, PAYLOAD, vapid_private_key=vapid, vapid_claims=dict(CLAIMS), ttl=3600,
                        headers=HEADERS, aiohttp_session=session, timeout=60,
                    )
                else:
                    pusher = WebPusher(subscription, aiohttp_session=session)
                    answer = await pusher.send_async(PAYLOAD, signed, ttl=3600, timeout=60)
                    errors += answer.status != 201
            except Exception as error:  # Whatever it is, it is counted.
                if errors == 0:
                    print(repr(error), file=sys.stderr)
                errors += 1

    async with aiohttp.ClientSession(connector=connector) as session:
        begun, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(client(session) for _ in range(CONCURRENCY)))
        took, used = time.perf_counter() - begun, time.process_time() - cpu
    print(json.dumps({"seconds": took, "cpu_s": used, "errors": errors}))


if sys.argv[1:] not in (["plain"], ["cached"]):
    sys.exit("usage: push.py plain|cached")
asyncio.run(main(sys.argv[1]))
