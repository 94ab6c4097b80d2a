import type { Config } from '../src/config/config.ts';
import { renderDiagnostics } from '../src/config/diagnostics.ts';
import { loadConfig } from '../src/config/load.ts';
import { KINDS } from '../src/app/kinds.ts';
import { LOGIN } from '../test/support/sim-config.ts';

export const RACK_SECRET = 'rack-secret-of-the-benchmark';

export interface BenchConfig {
  readonly target: string;
  readonly store: string;
  readonly factor: 'sms' | 'totp';
  readonly accounts: readonly { readonly username: string; readonly password: string }[];
  /** One probe over all accounts, or one for each. */
  readonly probes: 'one' | 'each';
  readonly hooks?: string;
  /** Its name, where there are several. */
  readonly node?: string;
  readonly schedule?: string;
  readonly deadline?: string;
  readonly expiry?: string;
}

/** Accounts without a world behind them. */
export const namedAccounts = (count: number): BenchConfig['accounts'] =>
  Array.from({ length: count }, (_, index) => ({ username: `user-${index}`, password: 'correct' }));

/** Of the range that looks like numbers: nobody is ever called. */
export const numberOf = (index: number): string => `+1202555${String(index).padStart(4, '0')}`;

/** The configuration that a user would write for it. Throws its faults. */
export async function configOf(bench: BenchConfig): Promise<Config> {
  const text = JSON.stringify(dataOf(bench));
  const loaded = await loadConfig('/bench/twofa-prober.yaml', { kinds: KINDS, readFile: async () => text });
  if (loaded.ok) return withoutLimits(loaded.config, bench.schedule);
  throw new Error(renderDiagnostics(loaded.faults.slice(0, 5), 'twofa-prober.yaml').slice(0, 2000));
}

/** The rails that keep a login from being flooded would be all that is measured; so would a rhythm that they refuse. */
function withoutLimits(config: Config, cron: string | undefined): Config {
  const limits = { perHour: 1e9, perDay: 1e9, spacingMs: 0, perPhone: { sends: 1e9, windowMs: 60_000 } };
  const targets = Object.values(config.targets).map(
    (target) => [target.name, { ...target, limits }] as const,
  );
  const schedule = cron === undefined ? {} : { schedule: { cron, timezone: 'UTC' } };
  const probes = Object.values(config.probes).map(
    (probe) => [probe.name, { ...probe, ...schedule }] as const,
  );
  return { ...config, targets: Object.fromEntries(targets), probes: Object.fromEntries(probes) };
}

/** Of one target, at most; more than this no target allows in an hour. */
const ACCOUNTS_PER_TARGET = 1000;

function dataOf(bench: BenchConfig) {
  const { store, factor, accounts, hooks, probes, node = 'bench' } = bench;
  const groups =
    probes === 'one'
      ? [accounts]
      : Array.from({ length: Math.ceil(accounts.length / ACCOUNTS_PER_TARGET) }, (_, index) =>
          accounts.slice(index * ACCOUNTS_PER_TARGET, (index + 1) * ACCOUNTS_PER_TARGET),
        );
  const isSms = factor === 'sms';
  const phones = accounts.map(({ username }, index) => [
    `phone-${username}`,
    { number: numberOf(index), inbox: 'rack', country: 'US', carrier: `carrier-${index % 4}` },
  ]);
  return {
    contact: 'bench@acme.example',
    node: { name: node, location: 'here' },
    store,
    web: { listen: '127.0.0.1:0' },
    ...(hooks === undefined ? {} : { hooks: { listen: hooks, publicUrl: `http://${hooks}` } }),
    inboxes: isSms ? { rack: { kind: 'webhook', secret: RACK_SECRET } } : {},
    phones: isSms ? Object.fromEntries(phones) : {},
    targets: Object.fromEntries(groups.map((group, index) => [`acme-${index}`, targetOf(bench, group)])),
    probes: Object.fromEntries(groups.flatMap((group, index) => probesOf(bench, group, `acme-${index}`))),
  };
}

function targetOf({ target, factor }: BenchConfig, accounts: BenchConfig['accounts']) {
  const means = (username: string) =>
    factor === 'sms' ? { phone: `phone-${username}` } : { totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' };
  return {
    url: target,
    authorized: true,
    limits: { perHour: 3600, perDay: 86_400, spacing: '0s', perPhone: { sends: 1000, window: '1m' } },
    accounts: Object.fromEntries(
      accounts.map(({ username, password }) => [username, { username, password, ...means(username) }]),
    ),
  };
}

function probesOf(bench: BenchConfig, accounts: BenchConfig['accounts'], target: string) {
  const { factor, deadline = '60s', expiry = '5m' } = bench;
  const common = { target, flow: LOGIN, factor, deadline, expiry, schedule: '0 0 1 1 *', jitter: '0s' };
  if (bench.probes === 'one') return [['acme-login', common]];
  return accounts.map(({ username }) => [`of-${username}`, { ...common, accounts: [username] }]);
}
