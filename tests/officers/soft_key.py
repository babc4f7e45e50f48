"""A passkey made of software: it answers as an authenticator does, and counts as it is told."""

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG
AAGUID = bytes(16)


class SoftKey:
    """One credential on one device, for one portal."""

    def __init__(self, host: str = "testserver", number: bytes = b"sixteen bytes id") -> None:
        self.host, self.number = host, number
        self.private = ec.generate_private_key(ec.SECP256R1())

    def registered(self, challenge: str, counter: int = 0) -> str:
        """The answer to a page on which a passkey is added, as it is posted."""
        public = ES256.from_cryptography_key(self.private.public_key())
        attested = AttestedCredentialData.create(AAGUID, self.number, public)
        data = self._data(FLAG.UP | FLAG.UV | FLAG.AT, counter, attested)
        made = AttestationObject.create("none", data, {})
        return self._answer(challenge, "webauthn.create", {"attestationObject": websafe_encode(made)})

    def shown(self, challenge: str, counter: int = 0) -> str:
        """The answer to a page that asks for a passkey, as it is posted."""
        data = self._data(FLAG.UP | FLAG.UV, counter)
        signed = data + hashlib.sha256(self._client(challenge, "webauthn.get")).digest()
        signature = self.private.sign(signed, ec.ECDSA(hashes.SHA256()))
        told = {"authenticatorData": websafe_encode(data), "signature": websafe_encode(signature)}
        return self._answer(challenge, "webauthn.get", told)

    def _data(self, flags: Any, counter: int, attested: bytes = b"") -> AuthenticatorData:
        return AuthenticatorData.create(hashlib.sha256(self.host.encode()).digest(), flags, counter, attested)

    def _client(self, challenge: str, kind: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": f"https://{self.host}", "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, challenge: str, kind: str, told: dict[str, str]) -> str:
        number = websafe_encode(self.number)
        response = {"clientDataJSON": websafe_encode(self._client(challenge, kind)), **told}
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": response})
