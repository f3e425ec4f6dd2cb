import { randomBytes } from "node:crypto";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import forge from "node-forge";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateChoices {
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** Default tomorrow. */
  readonly until?: Date;
}

const DAY = 24 * 60 * 60 * 1000;
const IP_ADDRESS = 7;

/** A certificate of its own for a server on loopback; good for today, unless it is to be bad. */
export function makeCertificate(choices: CertificateChoices = {}): Certificate {
  const { address = "127.0.0.1", until = new Date(Date.now() + DAY) } = choices;
  // Issuers are found by their name, so each needs its own.
  const serial = randomBytes(8).toString("hex");
  const subject = [{ name: "commonName", value: `Simulator ${serial}` }];
  const keys = forge.pki.rsa.generateKeyPair(2048);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = `01${serial}`;
  certificate.validity.notBefore = new Date(until.getTime() - 2 * DAY);
  certificate.validity.notAfter = until;
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: "basicConstraints", cA: true, critical: true },
    { name: "subjectAltName", altNames: [{ type: IP_ADDRESS, ip: address }] },
  ]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return {
    key: forge.pki.privateKeyToPem(keys.privateKey),
    cert: forge.pki.certificateToPem(certificate),
  };
}

/** What NODE_EXTRA_CA_CERTS does for a whole program, for the rest of this one. */
export function trust({ cert }: Certificate): void {
  setDefaultCACertificates([...getCACertificates("default"), cert]);
}
