import type { AccountSecrets } from '../../ports/login-flow.ts';
import { shown } from './origins.ts';

/** Keeps secrets out of what is shown of addresses: some targets want codes and tokens in the path. */
export interface Veil {
  hide(secret: string): void;
  /** Origin and path, secrets covered. */
  shown(url: URL): string;
  /** The path alone, secrets covered. */
  path(url: URL): string;
}

const COVER = '•••';
/** Shorter ones are no secrets, and would cover every other word. */
const MIN_LENGTH = 3;
/** Longer paths are cut; they are evidence, not archives. */
const MAX_PATH = 200;

export function createVeil(account: AccountSecrets): Veil {
  const secrets = new Set<string>();
  const hide = (secret: string): void => {
    if (secret.length < MIN_LENGTH) return;
    for (const written of [secret, encodeURIComponent(secret), encodeURI(secret)]) secrets.add(written);
  };
  for (const secret of [account.password, account.totpSecret ?? '', ...account.backupCodes]) hide(secret);
  const cover = (text: string): string => {
    let covered = text;
    for (const secret of secrets) covered = covered.replaceAll(secret, COVER);
    return covered;
  };
  return {
    hide,
    shown: (url) => cover(shown(url)),
    path: (url) => cover(url.pathname).slice(0, MAX_PATH),
  };
}
