#!/usr/bin/env node
// Plain JavaScript that any Node understands: it must be able to say that this Node is too old.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const NEEDED = [22, 18];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `twofa-prober needs Node.js ${NEEDED.join('.')} or later, found ${process.versions.node}. ` +
      'Install a newer Node.js, or start it by `npm start`, which brings its own.\n',
  );
  process.exit(2);
}

// The daemon mostly waits: V8's space for new objects need not grow to what starting up once needs. Saves 20 MB.
setFlagsFromString('--semi-space-growth-factor=1');

const built = new URL('../dist/lib/main.js', import.meta.url);
const sources = new URL('../src/', import.meta.url);
const { main } = await import(isUpToDate() ? built.href : new URL('main.ts', sources).href);
process.exitCode = await main(process.argv.slice(2));
// All of ours is closed by now, but a user's flow may have left a timer or a connection running.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));

/** In a checkout the build may be missing, or older than a file or folder of the sources. */
function isUpToDate() {
  if (!existsSync(sources)) return true;
  if (!existsSync(built)) return false;
  const builtMs = statSync(built).mtimeMs;
  const folder = fileURLToPath(sources);
  return ['', ...readdirSync(folder, { recursive: true })].every(
    (name) => statSync(`${folder}/${name}`).mtimeMs <= builtMs,
  );
}
