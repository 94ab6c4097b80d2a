import { createHash } from 'node:crypto';
import { renderDiagnostics } from '../config/diagnostics.ts';
import { loadWebFile } from '../config/web-file.ts';
import { SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { TlsGuard, WebGuard } from '../ports/web-guard.ts';

/** Holds what guards the web listener, and follows its files as they change: certificates are renewed by others. */
export interface GuardKeeper {
  readonly current: () => WebGuard | null;
  /** Looks every few seconds until the signal aborts. `renewed` may throw: then all stays as it was. */
  follow(renewed: () => void, signal: AbortSignal): Promise<void>;
}

/** The files are read, not watched: mounted secrets change by links that no watch sees. */
export const LOOK_EVERY_MS = 5 * SECOND;

export function createGuardKeeper(
  from: { readonly file: string; readonly guard: WebGuard } | null,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): GuardKeeper {
  let current = from?.guard ?? null;
  let told = '';

  /** Each trouble once, however often it is found again. */
  const tell = (reason: string) => {
    if (reason !== told && reason !== '') logger.log('error', 'web_config_refused', { reason });
    told = reason;
  };

  function take(before: WebGuard, after: WebGuard, renewed: () => void): void {
    const next = { ...after, tls: followable(before.tls, after.tls) };
    let trouble = needsRestart(before.tls, after.tls) ? NEEDS_RESTART : '';
    if (digestOf(next) !== digestOf(before)) {
      current = next;
      try {
        renewed();
        logger.log('info', 'web_config_reloaded');
      } catch (error) {
        current = before;
        trouble = error instanceof Error ? error.message : String(error);
      }
    }
    tell(trouble);
  }

  return {
    current: () => current,
    async follow(renewed, signal) {
      if (!from) return;
      for (;;) {
        await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
        if (signal.aborted || !current) return;
        const loaded = await loadWebFile(from.file);
        if (loaded.ok) take(current, loaded.guard, renewed);
        else tell(renderDiagnostics(loaded.faults, from.file).trim());
      }
    },
  };
}

const NEEDS_RESTART =
  'tls_server_config came or went, or client_auth_type changed: restart the daemon to let it count';

/** Whether there is TLS, and whether it asks clients for certificates, is decided when the listener starts. */
const needsRestart = (before: TlsGuard | null, after: TlsGuard | null): boolean =>
  before?.clientCertificate !== after?.clientCertificate;

const followable = (before: TlsGuard | null, after: TlsGuard | null): TlsGuard | null =>
  before && after ? { ...after, clientCertificate: before.clientCertificate } : before;

function digestOf({ tls, users, headers, rate }: WebGuard): string {
  const hashes = [...users].map(([name, hash]) => [name, hash.reveal()]);
  return createHash('sha256')
    .update(JSON.stringify([tls, tls?.key.reveal(), hashes, headers, rate]))
    .digest('base64');
}
