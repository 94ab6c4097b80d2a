import type { Browser, Page } from 'playwright-core';
import type { FlowContext, FlowDeps } from '../../ports/login-flow.ts';
import type { AttemptState } from '../attempt-states.ts';
import { allowedOrigins } from '../http/origins.ts';
import { guardNavigation, type NavigationGuard } from './navigation-guard.ts';
import { recordRequests } from './page-evidence.ts';

export interface BrowserSettings {
  readonly executablePath: string;
  readonly headless: boolean;
  readonly args: readonly string[];
}

export interface BrowserState extends AttemptState {
  readonly page: Page;
  readonly guard: NavigationGuard;
  /** Those that the flow was given: no picture may show them. */
  readonly codes: Set<string>;
}

/** Starts a Chromium with a fresh profile for one attempt. Throws an Error when it cannot be started. */
export async function openBrowser(
  settings: BrowserSettings,
  deps: FlowDeps,
  context: FlowContext,
): Promise<BrowserState> {
  const browser = await launch(settings);
  try {
    const profile = await browser.newContext({
      userAgent: userAgentOf(browser, deps.userAgent),
      extraHTTPHeaders: { 'x-probe-attempt': context.attemptId },
      acceptDownloads: false,
      // Their requests would pass by the guard.
      serviceWorkers: 'block',
      baseURL: `${deps.url}/`,
    });
    profile.setDefaultTimeout(deps.timeoutMs);
    const allowed = allowedOrigins(deps.url, deps.origins);
    const guard = await guardNavigation(profile, allowed, () => context.permit(deps.timeoutMs));
    recordRequests(profile, allowed, { context, clock: deps.clock });
    const page = await profile.newPage();
    await guard.watch(page);
    return { page, guard, codes: new Set(), close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Starting is our own affair: the probe's `timeout` is for the target. */
const LAUNCH_MS = 30_000;

async function launch(settings: BrowserSettings): Promise<Browser> {
  const { executablePath, headless, args } = settings;
  // Only who has a browser flow pays for the library.
  const { chromium } = await import('playwright-core');
  // Chromium's sandbox does not work for root, as which containers run it.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  try {
    return await chromium.launch({
      executablePath,
      headless,
      args: ['--disable-dev-shm-usage', ...sandbox, ...args],
      timeout: LAUNCH_MS,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (cause) {
    throw new Error(
      `Chromium could not be started from ${executablePath}; install it or set the flow's executablePath`,
      { cause },
    );
  }
}

/** Chromium's own name, so that pages treat it as a browser, and ours behind it. */
const userAgentOf = (browser: Browser, ours: string): string =>
  `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36 ${ours}`;
