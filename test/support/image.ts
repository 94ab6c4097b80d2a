import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contextOf, parseDockerfile, type Stage } from './dockerfile.ts';
import { succeed } from './execute.ts';

/** What the steps of a Dockerfile made, in a folder that stands for the image's root. */
export interface Image {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whom its processes run as. */
  readonly user: number;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

/**
 * Does by hand what a container engine would, with the Node.js of this process: each stage in a folder of its own, from a
 * context that .dockerignore has been through. Only steps that name no place outside of their working directory can be run.
 */
export async function followDockerfile(checkout: string, folder: string): Promise<Image> {
  const read = (file: string) => readFileSync(join(checkout, file), 'utf8');
  const stages = parseDockerfile(read('Dockerfile'));
  const context = join(folder, 'context');
  for (const name of contextOf(read('.dockerignore'))) {
    cpSync(join(checkout, name), join(context, name), { recursive: true });
  }
  const rootOf = (stage: string) => (stage === '' ? context : join(folder, 'stages', stage));
  for (const stage of stages) await followStage(stage, rootOf);
  const last = stages.at(-1);
  if (!last) throw new Error('the Dockerfile has no stage');
  const words = (word: string) => last.steps.findLast((step) => step.word === word)?.words ?? [];
  rmSync(context, { recursive: true });
  return {
    root: rootOf(last.name),
    env: Object.fromEntries(last.steps.flatMap((step) => (step.word === 'ENV' ? [pairOf(step.text)] : []))),
    user: Number(words('USER')[0]?.split(':')[0]),
    command: [...words('ENTRYPOINT'), ...words('CMD')],
    healthcheck: words('HEALTHCHECK'),
  };
}

async function followStage({ name, steps }: Stage, rootOf: (stage: string) => string): Promise<void> {
  let place = rootOf(name);
  for (const { word, flags, words, text } of steps) {
    if (word === 'WORKDIR') {
      place = join(rootOf(name), words[0] ?? '');
      mkdirSync(place, { recursive: true });
    } else if (word === 'COPY') {
      const from = rootOf(flags['from'] ?? '');
      const [sources, target = ''] = [words.slice(0, -1), words.at(-1)];
      const to = target.startsWith('/') ? join(rootOf(name), target) : join(place, target);
      for (const source of sources) {
        const into = target.endsWith('/') ? join(to, source) : to;
        mkdirSync(dirname(into), { recursive: true });
        // Links of ours stay as they are: they point beside themselves.
        cpSync(join(from, source), into, { recursive: true, verbatimSymlinks: true });
      }
    } else if (word === 'RUN') {
      if (/(^|\s)\//.test(text)) throw new Error(`found RUN ${text}, expected no absolute path`);
      await succeed('sh', ['-c', text], { cwd: place });
    }
  }
}

const pairOf = (text: string): [string, string] => {
  const [name = '', value = ''] = text.split('=');
  return [name, value];
};
