"""A small identity provider on this machine: it publishes keys, signs tokens and can be stopped."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

AUDIENCE = "paylens"


class IdentityProvider:
    """Publishes the public halves of its keys at ``/jwks``; ``asked`` counts who came for them."""

    def __init__(self) -> None:
        self.asked = 0
        self._private: dict[str, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.rotate("first")

    def rotate(self, kid: str, *, elliptic: bool = False) -> None:
        """Take a new key and publish it alone."""
        new = (
            ec.generate_private_key(ec.SECP256R1())
            if elliptic
            else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )
        self._private = {kid: new}

    def sign(self, kid: str | None = None, **changes: Any) -> str:
        """Return a token of the newest key; a claim changed to None is left out."""
        newest, private = next(iter(self._private.items()))
        claims = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": "somebody",
            "client_id": "payroll",
            "scope": "predict",
            "exp": int(time.time()) + 600,
        } | changes
        return jwt.encode(
            {name: value for name, value in claims.items() if value is not None},
            private,
            algorithm="RS256" if isinstance(private, rsa.RSAPrivateKey) else "ES256",
            headers={"kid": kid or newest},
        )

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _published(self) -> dict[str, Any]:
        keys = []
        for kid, private in self._private.items():
            public = private.public_key()
            told = (
                RSAAlgorithm.to_jwk(public, as_dict=True)
                if isinstance(public, rsa.RSAPublicKey)
                else ECAlgorithm.to_jwk(public, as_dict=True)
            )
            keys.append({**told, "kid": kid, "use": "sig"})
        return {"keys": keys}

    def _handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/.well-known/openid-configuration":
                    told: dict[str, Any] = {"jwks_uri": f"{provider.issuer}/jwks"}
                else:
                    provider.asked += 1
                    told = provider._published()
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Say nothing."""

        return Handler
