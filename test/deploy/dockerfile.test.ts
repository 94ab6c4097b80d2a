import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { contextOf, parseDockerfile, stepsOf } from '../support/dockerfile.ts';
import { CONFIG_FILE, configWith, readText, ROOT, secretsOf, variablesOfConfig } from './deploy-files.ts';

const stages = parseDockerfile(readText('Dockerfile'));
const context = contextOf(readText('.dockerignore'));
const last = stages.at(-1);
const wordsOf = (word: string) => last?.steps.find((step) => step.word === word)?.words ?? [];

test('the image is built in one stage and runs in another, on the Node.js that the tests run on', () => {
  expect(stages).toHaveLength(2);
  const image = `node:${manifest.devDependencies.node}-bookworm-slim`;
  expect(stages.map(({ base }) => base)).toEqual([image, image]);
});

test('all that is copied exists, and is all that gets into the context', () => {
  const copies = stepsOf(stages, 'COPY').filter(({ flags }) => flags['from'] === undefined);
  const sources = copies.flatMap(({ words }) => words.slice(0, -1));
  expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
  expect([...new Set(sources)].sort()).toEqual(context.toSorted());
});

test('the build tools stay behind: the last stage runs nothing and takes only what was made', () => {
  expect(last?.steps.filter(({ word }) => word === 'RUN')).toEqual([]);
  const taken = last?.steps.flatMap(({ word, flags, words }) =>
    word === 'COPY' && flags['from'] === stages[0]?.name ? [words[0]] : [],
  );
  expect(taken).toEqual(['/build/node_modules', '/build/dist', '/build/state']);
});

test('no secret can get in: no build argument but the base, nothing but NODE_ENV set, nothing fetched', () => {
  expect(stepsOf(stages, 'ARG')).toEqual([]);
  expect(stepsOf(stages, 'ADD')).toEqual([]);
  expect(stepsOf(stages, 'ENV').map(({ text }) => text)).toEqual(['NODE_ENV=production']);
});

test('it does not run as root, and that can be told from outside', () => {
  expect(wordsOf('USER')[0]).toMatch(/^[1-9][0-9]*:[1-9][0-9]*$/);
  const state = last?.steps.find(({ flags }) => flags['chown'] !== undefined);
  expect([state?.flags['chown'], state?.words.at(-1)]).toEqual([wordsOf('USER')[0], wordsOf('VOLUME')[0]]);
});

test('it is healthy when it is ready, at the port where it listens', () => {
  const listen = wordsOf('CMD').find((flag) => flag.startsWith('--web.listen-address='));
  const port = listen?.split(':').at(-1) ?? '';
  expect(wordsOf('HEALTHCHECK').join(' ')).toContain(`'http://127.0.0.1:${port}/-/ready'`);
  expect(wordsOf('EXPOSE')).toEqual([port, '9824']);
});

test('a store in a file lies in its volume, where the configuration names none', async () => {
  const { store } = await configWith(secretsOf(variablesOfConfig().needed));
  expect(store).toMatchObject({ kind: 'sqlite', path: `${wordsOf('VOLUME')[0]}/twofa.db` });
  expect(wordsOf('CMD').join(' ')).toContain(
    `--config.file=/etc/twofa-prober/${CONFIG_FILE.split('/').at(-1)}`,
  );
});
