import type { X509Certificate } from 'node:crypto';

const KINDS = new Set(['DNS', 'IP Address', 'email', 'URI']);

/**
 * The alternative names of a certificate: DNS names, IP and e-mail addresses, URIs. Node gives them as one text, in
 * which those with unusual characters are in JSON's quotes: read from its start, no name can pretend to be two.
 * https://nodejs.org/api/crypto.html#x509subjectaltname
 */
export function namesOf({ subjectAltName = '' }: Pick<X509Certificate, 'subjectAltName'>): string[] {
  const entry = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",]*)(?=, |$)/y;
  const names: string[] = [];
  for (let found = entry.exec(subjectAltName); found; found = entry.exec(subjectAltName)) {
    const [, kind = '', name = ''] = found;
    if (KINDS.has(kind)) names.push(name.startsWith('"') ? String(JSON.parse(name)) : name);
  }
  return names;
}
