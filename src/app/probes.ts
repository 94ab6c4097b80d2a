import type { Config, ControlConfig, ProbeConfig, ScheduledConfig } from '../config/config.ts';
import type { ProbeAccount, ProbeSpec } from '../engine/probe-spec.ts';
import { createControlFlow } from '../flows/control.ts';
import { CONTROL_TARGET, type Inventory, type ProbeEntry } from '../domain/inventory.ts';
import type { Limits } from '../domain/lease.ts';
import { MINUTE } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { LoginFlow } from '../ports/login-flow.ts';
import type { Sender } from '../ports/sender.ts';
import { CONTROL_FACTOR } from './inventory.ts';
import { kindNamed, type Kinds } from './kinds.ts';
import type { Screenshots } from './screenshots.ts';

/** Controls go to our own phones by our own sender: only the phones' own limit matters. */
const CONTROL_LIMITS: Limits = {
  perHour: 120,
  perDay: 1000,
  spacingMs: 0,
  perPhone: { sends: 5, windowMs: 10 * MINUTE },
};
const NO_VARS: Readonly<Record<string, string>> = {};

export interface ProbeDeps {
  readonly kinds: Kinds;
  readonly clock: Clock;
  readonly version: string;
  readonly senders: ReadonlyMap<string, Sender>;
  readonly newControlCode: () => string;
  readonly keepScreenshot?: Screenshots['keep'];
}

/** Builds every probe and control of a configuration. */
export function buildProbes(config: Config, inventory: Inventory, deps: ProbeDeps): ProbeSpec[] {
  const entryOf = (name: string): ProbeEntry => {
    const entry = inventory.probes.find((probe) => probe.name === name);
    if (!entry) throw new Error(`probe ${name} is missing from the inventory`);
    return entry;
  };
  return [
    ...Object.values(config.probes).map((probe) => buildProbe(config, probe, entryOf(probe.name), deps)),
    ...Object.values(config.controls).map((control) =>
      buildControl(config, control, entryOf(control.name), deps),
    ),
  ];
}

function buildProbe(config: Config, probe: ProbeConfig, entry: ProbeEntry, deps: ProbeDeps): ProbeSpec {
  const target = config.targets[probe.target];
  if (!target) throw new Error(`probe ${probe.name} names the target ${probe.target}, which is not there`);
  const flow = buildFlow(config, probe, deps);
  const accounts = probe.accounts.map((name) => accountOf(config, target.accounts[name], entry.delivered));
  const factor = kindNamed(deps.kinds.factors, probe.factor);
  const ownSender = false;
  return { ...common(config, probe), entry, flow, factor, accounts, limits: target.limits, ownSender };
}

/** The flow of one probe, by its kind; the configuration's checks have shown that all of its parts are there. */
export function buildFlow(
  config: Config,
  probe: ProbeConfig,
  deps: Pick<ProbeDeps, 'kinds' | 'clock' | 'version' | 'keepScreenshot'>,
): LoginFlow {
  const target = config.targets[probe.target];
  if (!target) throw new Error(`probe ${probe.name} names the target ${probe.target}, which is not there`);
  return kindNamed(deps.kinds.flows, probe.flow.kind).create(probe.flow.settings, {
    target: target.name,
    url: target.url,
    origins: target.origins,
    userAgent: `twofa-prober/${deps.version} (+${config.contact})`,
    timeoutMs: probe.timeoutMs,
    folder: config.folder,
    clock: deps.clock,
    ...(deps.keepScreenshot && { keepScreenshot: deps.keepScreenshot }),
  });
}

function buildControl(config: Config, control: ControlConfig, entry: ProbeEntry, deps: ProbeDeps): ProbeSpec {
  const sender = deps.senders.get(control.sender);
  if (!sender)
    throw new Error(`control ${control.name} names the sender ${control.sender}, which is not there`);
  const perSend = config.senders[control.sender]?.perSms ?? 0;
  const flow: LoginFlow = createControlFlow(sender, deps.newControlCode);
  const accounts = control.phones.map((name): ProbeAccount => {
    const phone = config.phones[name];
    const candidate = {
      account: name,
      phone: name,
      route: phone?.route ?? null,
      cost: perSend + (phone?.perSms ?? 0),
    };
    const secrets = {
      username: CONTROL_TARGET,
      password: '',
      totpSecret: null,
      backupCodes: [],
      vars: NO_VARS,
    };
    return { candidate, secrets: { ...secrets, number: phone?.number ?? null }, inbox: phone?.inbox ?? null };
  });
  const factor = kindNamed(deps.kinds.factors, CONTROL_FACTOR);
  const ownSender = control.senders.length > 0;
  return { ...common(config, control), entry, flow, factor, accounts, limits: CONTROL_LIMITS, ownSender };
}

function common(config: Config, probe: ScheduledConfig) {
  const { rotation, senders, pattern, timeoutMs, schedule, jitterMs, locations, maintenance } = probe;
  const cap = config.spend;
  return { rotation, senders, pattern, timeoutMs, schedule, jitterMs, locations, maintenance, cap };
}

type Account = Config['targets'][string]['accounts'][string];

function accountOf(config: Config, account: Account | undefined, delivered: boolean): ProbeAccount {
  if (!account) throw new Error('a probe names an account that its target does not have');
  const phone = delivered && account.phone !== null ? config.phones[account.phone] : undefined;
  return {
    candidate: {
      account: account.name,
      phone: phone?.name ?? null,
      route: phone?.route ?? null,
      cost: phone?.perSms ?? 0,
    },
    secrets: {
      username: account.username,
      password: account.password.reveal(),
      number: phone?.number ?? null,
      totpSecret: account.totpSecret?.reveal() ?? null,
      backupCodes: account.backupCodes.map((code) => code.reveal()),
      vars: account.vars,
    },
    inbox: phone?.inbox ?? null,
  };
}
