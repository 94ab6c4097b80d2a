import { writeFile } from 'node:fs/promises';
import { initTemplate } from '../config/template.ts';
import type { CommandContext } from './context.ts';
import { EXIT } from './exit-status.ts';

/** `init`: a commented configuration to start from; never writes over a file. */
export async function init({ terminal, flags }: CommandContext): Promise<number> {
  const { configFile } = flags;
  try {
    await writeFile(configFile, initTemplate(), { flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const why = exists ? 'it exists; choose another name by --config.file' : String(error);
    terminal.err(`cannot write ${configFile}: ${why}\n`);
    return EXIT.usage;
  }
  terminal.out(`wrote ${configFile}; fill it in, then run: twofa-prober check --config.file=${configFile}\n`);
  return EXIT.ok;
}
