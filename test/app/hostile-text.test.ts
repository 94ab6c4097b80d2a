import { createHmac } from 'node:crypto';
import { load } from 'cheerio';
import { expect, test } from 'vitest';
import { renderAttempt } from '../../src/cli/render-attempt.ts';
import { attemptOf, createAppWorld, type AppWorld } from '../support/app-world.ts';
import { RACK_SECRET } from '../support/sim-config.ts';

/** Texts and senders that would run, rewrite, reorder or fill whatever shows them as they are. */
const MARKUP = '<script>alert(1)</script><img src=x onerror=alert(2)>';
const TEXTS = [
  MARKUP,
  '\u001b]0;pwned\u0007\u001b[2J\u009b31m',
  '\u202e999999 si edoc\u2066\u200f',
  '\r\nlevel=info event=forged\r\n',
  '{{7*7}} ${7*7} %s%n',
  'x'.repeat(9_999),
  '-1 '.repeat(3_000),
  'code '.repeat(1_900),
  `${'a'.repeat(30_000)}!`,
];
const SENDERS = ['ACME', MARKUP.slice(0, 60), '\u202eEMCA', '+1 (202) 555-0199', '{{sender}}'];

/** What a terminal obeys, or shows in another order than it was written. */
const REWRITING = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

async function push({ hooks }: AppWorld, message: Record<string, unknown>): Promise<number> {
  const body = JSON.stringify(message);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', RACK_SECRET).update(`${timestamp}.${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-timestamp': timestamp,
    'x-signature': `sha256=${signature}`,
  };
  return (await fetch(`${hooks}/hooks/rack`, { method: 'POST', headers, body })).status;
}

test(
  'hostile SMS do no harm on page, log and terminal, and the code among them is found',
  { timeout: 60_000 },
  async () => {
    const world = await createAppWorld({
      held: true,
      speed: 1,
      change: (config) => {
        Object.assign(config.probes['acme-sms'] ?? {}, {
          deadline: '60s',
          expiry: '5m',
          accounts: ['sms-1'],
        });
      },
    });
    const ending = world.tick('acme-sms');
    await world.onTheWay(1);
    const number = world.sim.world.phones[0]?.number;
    const statuses: number[] = [];
    for (const [index, text] of TEXTS.entries()) {
      for (const [place, from] of SENDERS.entries()) {
        statuses.push(await push(world, { id: `m-${index}-${place}`, from, to: number, text }));
      }
    }
    // What is longer than any SMS is refused in words.
    expect(statuses.filter((status) => status !== 400)).toEqual(Array.from({ length: 40 }, () => 200));
    expect(await push(world, { id: 'big', from: 'ACME', to: number, text: 'x'.repeat(100_000) })).toBe(413);
    world.deliver();
    const attempt = attemptOf(await ending);
    expect(attempt.outcome).toBe('ok');

    const logs = world.logs.join('');
    expect(logs).not.toMatch(REWRITING);
    expect(logs).not.toMatch(/^level=info event=forged/m);
    const shown = { logs, terminal: renderAttempt(attempt) };
    expect(shown.terminal).not.toMatch(REWRITING);
    const paths = [
      '/',
      `/attempts/${attempt.id}`,
      '/probes/acme-sms',
      '/metrics',
      '/api/v1/attempts',
      '/config',
    ];
    for (const path of paths) {
      const answer = await fetch(`${world.web}${path}`, { headers: { accept: 'text/html, */*' } });
      const text = await answer.text();
      Object.assign(shown, { [path]: text });
      if (!answer.headers.get('content-type')?.includes('text/html')) continue;
      const page = load(text);
      expect(page('img[src=x]')).toHaveLength(0);
      expect(
        page('script')
          .toArray()
          .map((script) => script.attribs['src']),
      ).toEqual(
        page('script')
          .toArray()
          .map(() => expect.stringMatching(/^\/assets\//)),
      );
      expect(page.root().text()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    }
    for (const [place, text] of Object.entries(shown)) {
      for (const secret of ['pwned', 'si edoc', 'xxxxxxxxxxxxxxxxxxxx', '5550199', '555-0199']) {
        expect([place, secret, text.includes(secret)]).toEqual([place, secret, false]);
      }
    }
  },
);
