import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const pages = globSync(
  ['README.md', 'CONTRIBUTING.md', 'probes/README.md', 'docs/**/*.md', 'grafana/**/*.md'],
  {
    cwd: ROOT,
  },
);

test('there are pages to look at', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/flows.md', 'docs/runbooks/outage.md']));
});

test.each(pages)('the links of %s lead somewhere', (page) => {
  expect(deadLinks(page)).toEqual([]);
});

/** Relative links to no file, or to no heading of it. */
function deadLinks(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8').replace(/^( *)```[\s\S]*?^\1```$/gm, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', heading] = link.split('#');
    const path = file === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), file);
    if (!existsSync(path)) return true;
    return heading !== undefined && path.endsWith('.md') && !headingsOf(path).includes(heading);
  });
}

/** As GitHub names them. */
const headingsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replace(/ /g, '-'),
  );
