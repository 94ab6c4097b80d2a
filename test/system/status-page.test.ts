import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startDemoWorld, type DemoWorld } from '../support/demo-world.ts';

let world: DemoWorld;
let browser: Browser;
let attempt: string;

beforeAll(async () => {
  [world, browser] = await Promise.all([
    startDemoWorld(20),
    chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] }),
  ]);
  const page = await browser.newPage();
  await page.goto(world.url);
  // A few codes have come, so that every part of the page has something to show.
  await page.waitForSelector('.attempts tbody tr:nth-child(8)', { timeout: 90_000 });
  attempt = String(await page.getAttribute('.attempts tbody tr:has-text("acme-sms") th a', 'href'));
  await page.close();
}, 120_000);

afterAll(async () => {
  await browser.close();
  await world.stop();
});

interface Visit {
  readonly page: Page;
  /** What the console and the network said that they should not. */
  readonly wrong: string[];
}

async function visit(path: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text());
  });
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${world.url}/`)) wrong.push(`asks for ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) wrong.push(`${response.status()} of ${response.url()}`);
  });
  await page.goto(`${world.url}${path}`);
  return { page, wrong };
}

const chartsDrawn = async (page: Page): Promise<void> => {
  for (const chart of await page.locator('[data-chart]:not([hidden])').all())
    await chart.locator('canvas').waitFor();
};

const paths = () => ['/', '/targets/acme', '/probes', '/probes/acme-sms', '/probes/acme-totp', attempt];

/** Serious and critical faults, with the elements that have them. */
async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

test.each(['light', 'dark'] as const)(
  'every page loads without an error or an outside request, and is usable by everybody, %s',
  async (colorScheme) => {
    for (const path of paths()) {
      const { page, wrong } = await visit(path, { colorScheme });
      await chartsDrawn(page);
      expect([path, await accessibilityFaults(page)]).toEqual([path, []]);
      expect([path, wrong]).toEqual([path, []]);
    }
  },
);

test('no page is wider than a phone', async () => {
  for (const path of paths()) {
    const { page } = await visit(path, { viewport: { width: 390, height: 844 } });
    await chartsDrawn(page);
    expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 390]);
  }
});

test('the chart has a dot for each code, which leads to its attempt', async () => {
  const { page } = await visit('/probes/acme-sms');
  await page.waitForSelector('.chart canvas');
  const box = await page.locator('.chart .u-over').boundingBox();
  if (!box) throw new Error('the chart has no place');
  const found = async () => {
    for (let x = box.width; x > 0; x -= 9) {
      for (let y = 8; y < box.height; y += 14) {
        await page.mouse.move(box.x + x, box.y + y);
        if (await page.locator('.tip').isVisible()) return page.locator('.tip').textContent();
      }
    }
    return null;
  };
  expect(await found()).toMatch(/(on time|late|lost).* · us-carrier-[ab] · \d\d:\d\d:\d\d UTC/);
  await page.mouse.down();
  await page.mouse.up();
  await page.waitForURL(/\/attempts\//);
  expect(await page.locator('h2').allTextContents()).toContain('Stages');
});

test('what has happened is never told as to come, though the clock of this daemon runs away from that of the browser', async () => {
  const { page } = await visit('/');
  const loaded = String(await page.getAttribute('footer time', 'datetime'));
  await page.waitForSelector(`footer time:not([datetime="${loaded}"])`);
  expect(
    (await page.locator('time[data-relative=past]').allTextContents()).filter(
      (words) => !/^(\d+ \S+ ago|just now)$/.test(words),
    ),
  ).toEqual([]);
});

test('with the keyboard the content is one step away, and tables open', async () => {
  const { page } = await visit('/');
  await page.keyboard.press('Tab');
  expect(await page.locator(':focus').textContent()).toContain('Skip to the content');
  await page.locator('summary').first().focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('details table').first().isVisible()).toBe(true);
});

test('with JavaScript off it can be read, and buttons work', async () => {
  const { page } = await visit('/', { javaScriptEnabled: false });
  expect(await page.locator('.card .headline').first().textContent()).toMatch(/SMS codes|Codes|Not enough/);
  expect(await page.locator('figcaption').first().textContent()).toMatch(/codes, half within/);
  await page.locator('summary').first().click();
  expect(await page.locator('details table').first().isVisible()).toBe(true);
  await page.goto(`${world.url}/probes/acme-totp`);
  await page.click('button:text("Pause")');
  expect(page.url()).toBe(`${world.url}/probes/acme-totp`);
  expect(await page.locator('.facts').textContent()).toContain('paused');
  await page.click('button:text("Resume")');
  expect(await page.locator('.facts').textContent()).toContain('active');
});

test('a button says what it did without leaving the page', async () => {
  const { page } = await visit('/probes/acme-totp');
  await page.evaluate('window.stayed = true');
  await page.selectOption('select[name=duration]', '15m');
  await page.click('button:text("Start")');
  await page.waitForSelector('.said:has-text("rests until")');
  await page.waitForSelector('.facts:has-text("maintenance")');
  await page.click('button:text("End maintenance")');
  await page.waitForSelector('.facts:has-text("active")');
  expect(await page.evaluate('window.stayed')).toBe(true);
});

test('what a provider is told can be copied', async () => {
  const { page } = await visit(attempt, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.click('button:text("Copy")');
  await page.waitForSelector('.said:has-text("copied")');
  const copied = String(await page.evaluate('navigator.clipboard.readText()'));
  expect(copied).toContain('Requested:');
  expect(copied).not.toMatch(/\+1202555/);
});

test('who breaks the code sender sees the page change, down to the verdict, without touching it', async () => {
  const { page, wrong } = await visit('/');
  await page.evaluate('window.stayed = true');
  await page.click('button:text("sms-sender-off")');
  await page.waitForSelector('.broken:has-text("sms-sender-off")');
  const focused = 'document.activeElement.textContent.trim()';
  expect(await page.evaluate(focused)).toBe('sms-sender-off');
  await page.waitForSelector('.waiting .pill:has-text("overdue")', { timeout: 60_000 });
  await page.waitForSelector('.headline:has-text("code sender is broken")', { timeout: 150_000 });
  expect(await page.title()).toContain('✕ acme');
  expect(await page.locator('.routes .state:has-text("ALARM")').count()).toBeGreaterThan(0);
  expect(await page.evaluate(focused)).toBe('sms-sender-off');
  expect(await page.evaluate('window.stayed')).toBe(true);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(wrong).toEqual([]);
});
