// Opens the store that it is given and writes to it until it is killed, saying after each write that it is done.
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../src/stores/sqlite.ts';

const [path = '', boot = ''] = process.argv.slice(2);
const store = await openSqliteStore(path, { boot });
for (let written = 1; ; written += 1) {
  await store.state.advance('written', written);
  writeSync(1, `${written}\n`);
}
