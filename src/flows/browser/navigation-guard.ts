import type { BrowserContext, Page, Route } from 'playwright-core';
import { TargetUnreachable } from '../../domain/failure.ts';
import type { AllowedOrigins } from '../http/origins.ts';

export interface NavigationGuard {
  /** What the guard had to stop; null while it had nothing to. */
  failure(): unknown;
  /** Also watches where the page is redirected to. */
  watch(page: Page): Promise<void>;
}

/**
 * Keeps pages within the allowed origins, and asks for a permit before every request that is not a mere look. Subresources of others
 * (a font, a script) are the target's own business and pass.
 */
export async function guardNavigation(
  context: BrowserContext,
  allowed: AllowedOrigins,
  permit: () => Promise<void>,
): Promise<NavigationGuard> {
  let failure: unknown = null;
  const leaves = (url: string): boolean => {
    if (!/^https?:/.test(url) || allowed.has(new URL(url).origin)) return false;
    failure ??= new TargetUnreachable(
      `the page went to ${new URL(url).origin.slice(0, 100)}, which is not the target: stopped; ` +
        "add it to the target's `origins` if it is yours",
    );
    return true;
  };

  await context.route('**/*', async (route: Route) => {
    const request = route.request();
    if (request.isNavigationRequest() && leaves(request.url())) return route.abort('blockedbyclient');
    if (request.method() === 'GET' || request.method() === 'HEAD') return route.continue();
    try {
      await permit();
    } catch (error) {
      failure ??= error;
      return route.abort('blockedbyclient');
    }
    return route.continue();
  });

  return {
    failure: () => failure,
    async watch(page) {
      // Routes see only the first request of a chain of redirects; the browser's own protocol sees each.
      const session = await context.newCDPSession(page);
      session.on('Fetch.requestPaused', ({ requestId, request }) => {
        const answer = leaves(request.url)
          ? session.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' })
          : session.send('Fetch.continueRequest', { requestId });
        // The page may be closed by now.
        answer.catch(() => undefined);
      });
      await session.send('Fetch.enable', { patterns: [{ urlPattern: '*', resourceType: 'Document' }] });
    },
  };
}
