import { CookieJar } from 'tough-cookie';
import { Agent } from 'undici';
import type { FlowDeps } from '../../ports/login-flow.ts';
import type { Answer } from './answer.ts';
import { createTimedConnector } from './connector.ts';
import { allowedOrigins } from './origins.ts';
import { MAX_REDIRECTS, nextAsk, tooManyRedirects, type Ask } from './redirect.ts';
import { createVeil } from './veil.ts';
import { sendOnce, type Line, type SessionContext } from './send-once.ts';

/** One attempt's dealings with its target over HTTP: cookies, connections, limits, evidence. */
export interface HttpSession {
  /**
   * Asks the target and follows its redirects. `written` is called just before the first byte is written.
   * Throws TargetUnreachable for all that is no answer, and the signal's reason when that aborts.
   */
  request(ask: Ask, written?: () => void): Promise<Answer>;
  /** From now on covers the secret in all that is shown of this session. */
  hide(secret: string): void;
  /** An address as people may see it. */
  shown(url: URL): string;
  close(): Promise<void>;
}

export function createHttpSession(deps: FlowDeps, context: SessionContext): HttpSession {
  const connector = createTimedConnector(deps.clock);
  // Idle connections are given up before servers do it, so that no request meets a closing one. With one
  // connection an origin, a request that follows at once does not open another.
  const agent = new Agent({
    connect: connector.connect,
    connections: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 2000,
    keepAliveMaxTimeout: 2000,
  });
  const wire = { agent, connector, clock: deps.clock };
  const veil = createVeil(context.account);
  const line: Line = { wire, jar: new CookieJar(), veil, deps, context };
  const allowed = allowedOrigins(deps.url, deps.origins);

  return {
    async request(ask, written) {
      const seen = new Set<string>();
      let first: Answer | null = null;
      let current = ask;
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
        const mark = redirects === 0 ? written : undefined;
        if (current.method !== 'GET' || mark) await context.permit(deps.timeoutMs);
        const answer = await sendOnce(line, current, mark ?? (() => undefined));
        const location = answer.headers['location'];
        const next = nextAsk(current, { status: answer.status, location, from: answer.shown }, allowed);
        if (!next) return { ...answer, first };
        first ??= answer;
        seen.add(current.url.href);
        current = next;
      }
      throw tooManyRedirects(`${ask.method} ${veil.shown(ask.url)}`, seen.has(current.url.href));
    },
    hide: (secret) => veil.hide(secret),
    shown: (url) => veil.shown(url),
    async close() {
      connector.destroy();
      await agent.destroy();
    },
  };
}
