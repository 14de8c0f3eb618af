#!/usr/bin/env python3
"""People in, an event raised, a notification sent, and its status asked for until it has settled.

    BELFRY_URL=https://bells.example BELFRY_WORKSPACE=my-workspace BELFRY_API_KEY=bfk_… python3 notify.py

Needs nothing but Python's standard library. The key needs the scopes users:write, events:write, notifications:write and
notifications:read.
"""

import json
import os
import time
import urllib.error
import urllib.request
import uuid

BASE = f"{os.environ['BELFRY_URL']}/v1/workspaces/{os.environ['BELFRY_WORKSPACE']}"
SETTLED = {"sent", "partly_failed", "failed", "cancelled", "expired", "missed"}


def belfry(method, path, body=None):
    """One call. It is repeated when no answer came: the idempotency key makes the repetition harmless."""
    headers = {
        "Authorization": f"Bearer {os.environ['BELFRY_API_KEY']}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
    }
    data = None if body is None else json.dumps(body).encode()
    for attempt in range(1, 4):
        request = urllib.request.Request(BASE + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            # The body says what is wrong, with a code and a pointer to the field.
            raise SystemExit(f"{method} {path}: {refused.code} {refused.read().decode()}")
        except urllib.error.URLError:
            if attempt == 3:
                raise
            time.sleep(attempt)


# 1. People, by your own ids. Who is there already is changed to what it says here. Each is answered by itself.
people = belfry("POST", "/users/batch", [
    {"external_id": "ann", "name": "Ann Keller", "email": "ann@example.com"},
    {"external_id": "ben", "name": "Ben Okafor", "email": "ben@example.com"},
])
for person in people["items"]:
    if person.get("error"):
        raise SystemExit(f"refused: {person}")
print("people are in")

# 2. Something happened in your product. The answer comes when the event is durable.
event = belfry("POST", "/events", {
    "type": "ticket.message",
    "recipients": ["ann"],
    "title": "New message",
    "message": "Your part has **arrived**.",
    "subject": {"kind": "ticket", "id": "T-1042", "title": "Broken badge printer"},
})
print("raised", event["id"])

# 3. A notification to everyone. That has to be said: an audience is never everyone by mistake.
notification = belfry("POST", "/notifications", {
    "title": "Doors open",
    "message": "Gates **A** and **B** are open.",
    "audience": {"everyone": True},
})
print("sent", notification["id"])

# 4. Its status, until nothing is under way any more.
while True:
    status = belfry("GET", f"/notifications/{notification['id']}")["status"]
    print("status", status)
    if status in SETTLED:
        break
    time.sleep(1)
