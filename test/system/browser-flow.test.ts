import { describe, expect, test } from 'vitest';
import { folderOf, runInNode } from '../support/flow-runner/run-in-node.ts';
import { startHtmlForms } from '../support/login-servers/html-forms.ts';
import { serve } from '../support/login-servers/server.ts';

/** Drives the HTML forms as a user would: fills, picks, clicks. */
const FLOW = `
import { defineBrowserFlow, CodeRejected, LoginRefused, RequestRefused } from 'twofa-prober';
export default defineBrowserFlow({
  async run({ page, account, stage, code }) {
    await stage('login', async () => {
      await page.goto('/login');
      await page.fill('[name=user]', account.username);
      await page.fill('[name=pass]', account.password);
      await page.click('button');
      if (await page.locator('.error').count() > 0) throw new LoginRefused('the page says no');
    });
    await code.request(async () => {
      await page.selectOption('[name=device]', { label: 'Text message to •••11' });
      await page.click('button');
      if (await page.locator('.error').count() > 0) throw new RequestRefused('the page cannot send');
    });
    await stage('verify', async (otp) => {
      await page.fill('[name=otp]', otp);
      await page.click('button');
      if (await page.locator('.error').count() > 0) throw new CodeRejected('the page refuses the code');
      await page.waitForSelector('h1.home');
    });
  },
  async logout({ page }) { await page.evaluate(() => fetch('/logout', { method: 'POST' })); },
});
`;

async function job(url: string, flow: string, more: object = {}): Promise<object> {
  const folder = await folderOf({ 'acme.ts': flow });
  return { kind: 'browser', settings: { path: 'acme.ts' }, url, folder, codes: ['306114'], ...more };
}

describe('a browser', () => {
  test('signs in with two factors, with evidence of each request, and logs out', async () => {
    const server = await startHtmlForms();
    const [ended] = await runInNode(await job(server.url, FLOW));
    expect(ended).toMatchObject({ outcome: 'ok', logout: 'ok', pictures: [] });
    expect(server.sessions.size).toBe(0);
    const agent = server.received[0]?.headers;
    expect(agent?.['user-agent']).toMatch(/Chrome\/.* twofa-prober\/test \(sre@acme.example\)$/);
    expect(agent?.['x-probe-attempt']).toBe('attempt-1');
    const events = ended?.events ?? [];
    expect(events.indexOf('written')).toBeLessThan(events.indexOf('POST /second-factor 302'));
    expect(events.filter((event) => event === 'permit')).toHaveLength(4);
    expect(ended?.requests).toContainEqual(
      expect.objectContaining({ method: 'GET', path: '/home', status: 200, stage: 'verify' }),
    );
  });

  test('says how a stage failed by the typed errors', async () => {
    const server = await startHtmlForms();
    const [refused] = await runInNode(await job(server.url, FLOW, { codes: ['000000'] }));
    expect(refused).toMatchObject({ outcome: 'code_rejected', reason: 'the page refuses the code' });
    expect(refused?.pictures).toEqual(['attempt-1']);
  });

  test('is not redirected to another origin, which sees nothing', async () => {
    const other = await serve(() => ({ html: 'gotcha' }));
    const server = await serve(() => ({ status: 302, headers: { location: `${other.url}/in?x=1` } }));
    const flow = `export default { async run({ page, stage }) { await stage('login', () => page.goto('/')); } };`;
    const [ended] = await runInNode(await job(server.url, flow));
    expect(ended?.outcome).toBe('target_unreachable');
    expect(ended?.reason).toContain(`the page went to ${other.url}, which is not the target`);
    expect(other.received).toHaveLength(0);
  });

  test('does not send a form to another origin', async () => {
    const other = await serve(() => ({ html: 'gotcha' }));
    const form = `<form method=post action="${other.url}"><input name=p><button>Go</button></form>`;
    const server = await serve(() => ({ html: form }));
    const flow = `export default { async run({ page, stage, account }) {
      await stage('login', async () => {
        await page.goto('/');
        await page.fill('input', account.password);
        await page.click('button');
        await page.waitForURL('**/done');
      });
    } };`;
    const [ended] = await runInNode(await job(server.url, flow, { timeoutMs: 5000 }));
    expect(ended?.outcome).toBe('target_unreachable');
    expect(ended?.reason).toContain('which is not the target');
    expect(other.received).toHaveLength(0);
  });

  test('that waits in vain, or meets nobody, is target_unreachable', async () => {
    const server = await serve(() => ({ html: '<p>Empty</p>' }));
    const flow = `export default { async run({ page, stage, options }) {
      await stage('login', async () => { await page.goto('/?secret=s3'); await page.click('#none'); });
    } };`;
    const waits = await job(server.url, flow, { timeoutMs: 1000 });
    const [vain, nobody] = await runInNode(waits, { ...waits, url: 'http://127.0.0.1:9' });
    expect(vain?.outcome).toBe('target_unreachable');
    expect(nobody?.outcome).toBe('target_unreachable');
    expect(`${vain?.reason}${nobody?.reason}`).not.toContain('s3');
  });

  test('that cannot be started is our fault, in words', async () => {
    const settings = { path: 'acme.ts', executablePath: '/nonexistent/chromium' };
    const [ended] = await runInNode(await job('http://127.0.0.1:9', FLOW, { settings }));
    expect(ended?.outcome).toBe('flow_error');
    expect(ended?.reason).toContain('Chromium could not be started from /nonexistent/chromium; install it');
  });
});
