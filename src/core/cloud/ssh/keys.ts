import { generateKeyPairSync } from 'node:crypto';

/** Both halves, as OpenSSH writes them. */
export interface SshKeyPair {
  /** `ssh-ed25519 AAAA... comment`. */
  readonly publicKey: string;
  /** A secret: whoever has it logs in, or passes for the machine. */
  readonly privateKey: string;
}

const KIND = 'ssh-ed25519';

/**
 * A new pair of Ed25519, for whoever logs in or for a machine. Written down here and not by ssh2, which drops the zero that
 * one key in 256 begins with: OpenSSH reads no such key.
 */
export function newSshKeyPair(comment: string): SshKeyPair {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [secret, open] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const publicBlob = Buffer.concat([lengthed(KIND), lengthed(open)]);
  return {
    publicKey: `${KIND} ${publicBlob.toString('base64')} ${comment}`,
    privateKey: pem(Buffer.concat([head(publicBlob), lengthed(padded(body(secret, open, comment)))])),
  };
}

/** That it is not encrypted, and that one key follows. */
function head(publicBlob: Buffer): Buffer {
  return Buffer.concat([
    ...[Buffer.from('openssh-key-v1\0'), lengthed('none'), lengthed('none'), lengthed('')],
    ...[number(1), lengthed(publicBlob)],
  ]);
}

/** It begins with a number, twice, by which whoever decrypts it knows that the words were right. */
function body(secret: Buffer, open: Buffer, comment: string): Buffer {
  const key = [lengthed(KIND), lengthed(open), lengthed(Buffer.concat([secret, open])), lengthed(comment)];
  return Buffer.concat([number(1), number(1), ...key]);
}

/** With 1, 2, 3 and so on, to a multiple of eight. */
function padded(bytes: Buffer): Buffer {
  const missing = (8 - (bytes.length % 8)) % 8;
  return Buffer.concat([bytes, Buffer.from(Array.from({ length: missing }, (_, at) => at + 1))]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function lengthed(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes]);
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/.{70}/g, '$&\n').trimEnd();
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
