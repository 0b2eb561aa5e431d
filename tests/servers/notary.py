"""Who signs in the tests, beside the twin? OpenSSL, with an authority of its own."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = OpenSSL Root CA
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://unit.example/list.crl
[ca]
default_ca = one
[one]
database = FOLDER/index.txt
new_certs_dir = FOLDER
serial = FOLDER/serial
default_md = sha256
default_crl_days = 7
certificate = FOLDER/root.pem
private_key = FOLDER/root.key
x509_extensions = leaf
policy = any
unique_subject = no
[any]
commonName = supplied
title = optional
organizationIdentifier = optional
"""


@dataclass(frozen=True)
class Notary:
    """An authority in a folder; every certificate is made by `openssl ca`."""

    folder: Path

    @classmethod
    def opened(cls, folder: Path) -> Notary:
        """A new one, with its root."""
        (folder / "openssl.cnf").write_text(CONFIG.replace("FOLDER", str(folder)))
        (folder / "index.txt").write_text("")
        (folder / "serial").write_text("1000\n")
        notary = cls(folder)
        notary._key("root")
        notary.run("req", "-x509", "-new", "-key", "root.key", "-extensions", "root",
                   "-days", "3650", "-out", "root.pem")  # fmt: skip
        return notary

    def certify(self, name: str, unit: str, title: str = "", days: int = 400) -> str:
        """A signing certificate for a unit's organization, or its leader; gives its name."""
        self._key(name)
        subject = f"/CN={name}/organizationIdentifier={unit}" + (
            f"/title={title}" if title else ""
        )
        self.run("req", "-new", "-key", f"{name}.key", "-subj", subject, "-out", f"{name}.csr")
        self.run("ca", "-batch", "-notext", "-days", str(days), "-in", f"{name}.csr",
                 "-out", f"{name}.pem")  # fmt: skip
        return name

    def sign(self, content: bytes, name: str, digest: str = "sha256") -> bytes:
        """A detached CMS signature in DER."""
        (self.folder / "content").write_bytes(content)
        return self.run("cms", "-sign", "-binary", "-in", "content", "-signer", f"{name}.pem",
                        "-inkey", f"{name}.key", "-md", digest, "-outform", "DER")  # fmt: skip

    def verifies(self, content: bytes, signature: bytes, root: Path) -> bool:
        """Whether OpenSSL finds a signature of somebody else's good, up to that root."""
        (self.folder / "content").write_bytes(content)
        (self.folder / "signature").write_bytes(signature)
        done = subprocess.run(
            ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature",
             "-content", "content", "-CAfile", str(root), "-purpose", "any", "-out", "out"],
            cwd=self.folder, capture_output=True, check=False,
        )  # fmt: skip
        return done.returncode == 0

    def revoke(self, name: str) -> None:
        """Take a certificate back."""
        self.run("ca", "-revoke", f"{name}.pem")

    def revocations(self) -> bytes:
        """The list, as of now."""
        self.run("ca", "-gencrl", "-out", "list.pem")
        return self.run("crl", "-in", "list.pem", "-outform", "DER")

    def root(self) -> bytes:
        """Its root in DER."""
        return self.run("x509", "-in", "root.pem", "-outform", "DER")

    def run(self, *words: str) -> bytes:
        """One command of OpenSSL's; what it prints."""
        config = ("-config", "openssl.cnf") if words[0] in {"req", "ca"} else ()
        done = subprocess.run(
            ["openssl", words[0], *config, *words[1:]],
            cwd=self.folder, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def _key(self, name: str) -> None:
        self.run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048",
                 "-out", f"{name}.key")  # fmt: skip
