import { access } from 'node:fs/promises';

/** What the system tests start, and the Debian package it is in. */
const NEEDED = {
  '/usr/bin/promtool': 'prometheus',
  '/usr/bin/prometheus': 'prometheus',
  '/usr/bin/amtool': 'prometheus-alertmanager',
  '/usr/bin/prometheus-alertmanager': 'prometheus-alertmanager',
  '/usr/bin/chromium': 'chromium',
  '/usr/bin/gammu-smsd': 'gammu-smsd',
  '/usr/sbin/smsd': 'smstools',
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1': 'libfaketime',
  '/usr/bin/systemd-analyze': 'systemd',
};

/** Fails before the first test where a program is missing: a skipped test proves nothing. */
export default async function requirePrograms(): Promise<void> {
  const looks = Object.entries(NEEDED).map(async ([path, name]) => {
    const found = await access(path).then(
      () => true,
      () => false,
    );
    return found ? [] : [name];
  });
  const missing = [...new Set((await Promise.all(looks)).flat())];
  if (missing.length === 0) return;
  throw new Error(`the system tests need programs of Debian; run: apt-get install ${missing.join(' ')}`);
}
