// What is in the files, certificate by certificate: `node node.mjs secret.yaml leaf.pem`.

import { readFileSync } from "node:fs";
import { decode } from "signet-wasm";

const now = new Date().toISOString();
for (const file of process.argv.slice(2)) {
  const { documents } = decode(readFileSync(file), now, { file });
  for (const { certificates, findings } of documents) {
    for (const { role, subject, spiffeId, notAfter } of certificates) {
      const name = spiffeId ? `spiffe://${spiffeId.trustDomain}${spiffeId.path}` : subject;
      console.log(`${file}: ${role} ${name} until ${notAfter}`);
    }
    for (const { severity, code, message, advice } of findings) console.log(`${file}: ${severity} ${code}: ${message}. ${advice}`);
  }
}
