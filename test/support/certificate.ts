import { createPublicKey, sign, type KeyObject } from 'node:crypto';

/** Just enough DER (ITU-T X.690) to write a certificate, for the tests of what reads one. */
const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const time = (at: Date) => der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]|\..*/g, '')}Z`));
const named = (name: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));

/** sha256WithRSAEncryption */
const ALGORITHM = sequence(oid('2a864886f70d01010b'), der(0x05));

/** A self-signed certificate in PEM. */
export function certificateOf(key: KeyObject, options: { name: string; from: Date; to: Date }): string {
  const name = named(options.name);
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ALGORITHM,
    name,
    sequence(time(options.from), time(options.to)),
    name,
    createPublicKey(key).export({ format: 'der', type: 'spki' }),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', content, key));
  const base64 = sequence(content, ALGORITHM, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}
