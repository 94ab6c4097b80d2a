import { isIP } from 'node:net';
import type { Secret } from '../domain/secret.ts';
import type { Remark } from '../ports/kind.ts';
import { knowsItsClients } from '../ports/web-guard.ts';
import { entriesOf, fault, notice, type Check, type Finding, type Review } from './review.ts';
import type { Path } from './path.ts';

/** Who may reach us, and whom we reach without encryption. */
export const checkListeners: Check = (review) => [
  ...checkTokens(review),
  ...checkHooks(review),
  ...checkStore(review),
  ...checkEncryption(review),
];

const TOKENS = ['readToken', 'adminToken'] as const;
const MIN_TOKEN = 16;

function checkTokens({ parsed: { web }, webGuard }: Review): Finding[] {
  if (isLoopback(web.listen.host)) return [];
  const isGuarded = knowsItsClients(webGuard) || (webGuard?.users.size ?? 0) > 0;
  return TOKENS.flatMap((key) => {
    const token: Secret | undefined = web[key];
    const where = `web listens on ${web.listen.host}, which others can reach`;
    if (!token && isGuarded) return [];
    if (!token) return [fault(['web', key], `missing, expected a token: ${where}; or listen on 127.0.0.1`)];
    const { length } = token.reveal();
    if (length >= MIN_TOKEN) return [];
    return [fault(['web', key], `found ${length} characters, expected at least ${MIN_TOKEN}: ${where}`)];
  });
}

function checkHooks({ parsed, kinds }: Review): Finding[] {
  const { hooks, web } = parsed;
  const found: Finding[] = [];
  if (hooks && hooks.listen.port !== 0 && hooks.listen.port === web.listen.port) {
    found.push(
      fault(
        ['hooks', 'listen'],
        `port ${hooks.listen.port} is web's; the listener that faces the internet needs its own`,
      ),
    );
  }
  const facts = { hooks: hooks !== undefined, publicUrl: hooks?.publicUrl ?? null };
  for (const [name, { kind, settings }] of entriesOf(parsed.inboxes)) {
    const check = kinds.inboxes.find((candidate) => candidate.kind === kind)?.check;
    for (const remark of check?.(settings, facts) ?? []) found.push(asFinding(['inboxes', name], remark));
  }
  return found;
}

export const asFinding = (path: Path, remark: Remark): Finding =>
  typeof remark === 'string' ? fault(path, remark) : notice(path, remark.notice);

const checkStore = ({ parsed: { store } }: Review): Finding[] =>
  isPostgres(store) && !namesDatabase(store)
    ? [
        fault(
          ['store'],
          'expected an address with a database, such as postgres://user:password@host:5432/twofa',
        ),
      ]
    : [];

/** The value itself is not shown: it holds a password. */
function namesDatabase(store: string): boolean {
  return URL.canParse(store) && new URL(store).pathname.length > 1;
}

export const isPostgres = (store: string): boolean => /^postgres(ql)?:\/\//.test(store);

function checkEncryption({ parsed }: Review): Finding[] {
  const found: Finding[] = [];
  const warn = (path: Path, url: string | undefined, what: string) => {
    if (url?.startsWith('http://') && !isLoopback(new URL(url).hostname)) {
      found.push(notice(path, `without https, ${what} can be read on the way`));
    }
  };
  for (const [name, target] of entriesOf(parsed.targets)) {
    warn(['targets', name, 'url'], target.url, 'passwords and codes');
    for (const [index, origin] of target.origins.entries()) {
      warn(['targets', name, 'origins', index], origin, 'passwords and codes');
    }
  }
  warn(['hooks', 'publicUrl'], parsed.hooks?.publicUrl, 'codes');
  return found;
}

/** `localhost`, 127.0.0.0/8 and ::1. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}
