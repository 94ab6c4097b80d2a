import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

/**
 * Message texts are sealed to the attempt that waits for them, so that any node may take them in and no disk can
 * give a code away: ephemeral-static X25519 (RFC 7748), HKDF-SHA256 (RFC 5869), AES-256-GCM. The attempt's private
 * key never leaves its memory.
 */
export interface AttemptKeys {
  /** SPKI, base64. */
  readonly publicKey: string;
  /** Throws when the box was not sealed to these keys, or was changed. */
  open(box: Uint8Array): string;
}

const PUBLIC_KEY_BYTES = 44;
const TAG_BYTES = 16;

export function createAttemptKeys(): AttemptKeys {
  const keys = generateKeyPairSync('x25519');
  return {
    publicKey: keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    open(box) {
      const sender = Buffer.from(box.subarray(0, PUBLIC_KEY_BYTES));
      const sealed = box.subarray(PUBLIC_KEY_BYTES, box.length - TAG_BYTES);
      const { key, iv } = derive(keys.privateKey, publicKeyOf(sender), sender);
      const decipher = createDecipheriv('aes-256-gcm', key, iv);
      decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
      return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
    },
  };
}

/** Seals a text to an attempt's public key. */
export function sealTo(publicKey: string, text: string): Uint8Array {
  const ephemeral = generateKeyPairSync('x25519');
  const sender = ephemeral.publicKey.export({ type: 'spki', format: 'der' });
  const recipient = publicKeyOf(Buffer.from(publicKey, 'base64'));
  const { key, iv } = derive(ephemeral.privateKey, recipient, sender);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([sender, sealed, cipher.getAuthTag()]);
}

const publicKeyOf = (der: Buffer): KeyObject => createPublicKey({ key: der, type: 'spki', format: 'der' });

// The sender's key is fresh for each box, so the derived key and nonce are used once.
function derive(privateKey: KeyObject, publicKey: KeyObject, salt: Buffer): { key: Buffer; iv: Buffer } {
  const shared = diffieHellman({ privateKey, publicKey });
  const bytes = Buffer.from(hkdfSync('sha256', shared, salt, 'twofa-prober message body', 44));
  return { key: bytes.subarray(0, 32), iv: bytes.subarray(32) };
}
