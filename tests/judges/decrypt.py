"""An independent reader of web push bodies (RFC 8291), by PyPI's http-ece.

`keys` prints a new subscription's keys; `decrypt JSON` prints what `body` says.
"""

import base64
import json
import os
import sys

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


if sys.argv[1] == "keys":
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    number = key.private_numbers().private_value.to_bytes(32, "big")
    print(json.dumps({"p256dh": encode(point), "auth": encode(os.urandom(16)), "private": encode(number)}))
else:
    given = json.loads(sys.argv[2])
    number = int.from_bytes(decode(given["private"]), "big")
    key = ec.derive_private_key(number, ec.SECP256R1())
    plain = http_ece.decrypt(decode(given["body"]), private_key=key, auth_secret=decode(given["auth"]), version="aes128gcm")
    sys.stdout.buffer.write(plain)
