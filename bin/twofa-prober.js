#!/usr/bin/env node
// Plain JavaScript that any Node understands: it must be able to say that this Node is too old.
import { existsSync } from 'node:fs';

const NEEDED = [22, 18];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `twofa-prober needs Node.js ${NEEDED.join('.')} or later, found ${process.versions.node}. ` +
      'Install a newer Node.js, or start it by `npm start`, which brings its own.\n',
  );
  process.exit(2);
}
const source = new URL('../src/main.ts', import.meta.url);
const built = new URL('../dist/main.js', import.meta.url);
const { main } = await import(existsSync(source) ? source.href : built.href);
process.exitCode = await main(process.argv.slice(2));
// All of ours is closed by now, but a user's flow may have left a timer or a connection running.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
