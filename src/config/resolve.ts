import { dirname, resolve } from 'node:path';
import { Secret } from '../domain/secret.ts';
import type { Limits } from '../domain/lease.ts';
import { isPostgres } from './check-listeners.ts';
import type {
  AccountConfig,
  ByName,
  Config,
  ControlConfig,
  PhoneConfig,
  ProbeConfig,
  ScheduledConfig,
  SenderConfig,
  StoreConfig,
  TargetConfig,
} from './config.ts';
import { accountsOf } from './means.ts';
import type { Kinds, Parsed, ParsedControl, ParsedProbe, ParsedTarget } from './schema.ts';

export interface Surroundings {
  /** Absolute. */
  readonly file: string;
  /** The machine's name, for nodes that have none of their own. */
  readonly hostName: string;
  readonly substituted: readonly string[];
  readonly webGuard: Config['webGuard'];
}

/** The checked file as the rest of the program takes it. */
export function resolveConfig(parsed: Parsed, kinds: Kinds, around: Surroundings): Config {
  const folder = dirname(around.file);
  const { node, web, hooks } = parsed;
  return {
    file: around.file,
    folder,
    contact: parsed.contact,
    node: {
      name: node.name ?? asName(around.hostName),
      location: node.location,
      canary: node.canary ?? null,
    },
    store: resolveStore(parsed.store, folder),
    retentionMs: parsed.retention,
    web: { ...web.listen, readToken: web.readToken ?? null, adminToken: web.adminToken ?? null },
    webGuard: around.webGuard,
    hooks: hooks ? { ...hooks.listen, publicUrl: hooks.publicUrl ?? null } : null,
    inboxes: mapped(parsed.inboxes, (_name, inbox) => inbox),
    senders: mapped(parsed.senders, (_name, sender) => resolveSender(sender)),
    phones: mapped(parsed.phones, resolvePhone),
    spend: parsed.spend ?? null,
    targets: mapped(parsed.targets, resolveTarget),
    probes: mapped(parsed.probes, (name, probe) => resolveProbe(name, probe, { parsed, kinds })),
    controls: mapped(parsed.controls, resolveControl),
    detection: parsed.detection,
    substituted: around.substituted.map((value) => new Secret(value)),
  };
}

function mapped<From, To>(section: ByName<From>, map: (name: string, entry: From) => To): ByName<To> {
  const result: Record<string, To> = Object.create(null);
  for (const [name, entry] of Object.entries(section)) result[name] = map(name, entry);
  return result;
}

const asName = (hostName: string): string =>
  hostName
    .replace(/[^a-zA-Z0-9_.-]/g, '-')
    .replace(/^[^a-zA-Z0-9]+/, '')
    .slice(0, 63) || 'node';

const resolveStore = (store: string, folder: string): StoreConfig =>
  isPostgres(store)
    ? { kind: 'postgres', url: new Secret(store) }
    : { kind: 'sqlite', path: resolve(folder, store) };

function resolveSender(sender: Parsed['senders'][string]): SenderConfig {
  const { perSms } = sender.settings;
  return { ...sender, perSms: typeof perSms === 'number' ? perSms : 0 };
}

const resolvePhone = (name: string, phone: Parsed['phones'][string]): PhoneConfig => ({
  name,
  ...phone,
  perSms: phone.perSms ?? 0,
});

function resolveTarget(name: string, target: ParsedTarget): TargetConfig {
  const { perHour, perDay, spacing, perPhone } = target.limits;
  const limits: Limits = {
    perHour,
    perDay,
    spacingMs: spacing,
    perPhone: { sends: perPhone.sends, windowMs: perPhone.window },
  };
  return {
    name,
    url: target.url,
    origins: target.origins,
    limits,
    accounts: mapped(target.accounts, resolveAccount),
  };
}

const resolveAccount = (name: string, account: ParsedTarget['accounts'][string]): AccountConfig => ({
  name,
  username: account.username,
  password: account.password,
  phone: account.phone ?? null,
  totpSecret: account.totpSecret ?? null,
  backupCodes: account.backupCodes ?? [],
  class: account.class ?? null,
  vars: account.vars,
});

function resolveProbe(
  name: string,
  probe: ParsedProbe,
  whole: { parsed: Parsed; kinds: Kinds },
): ProbeConfig {
  const target = whole.parsed.targets[probe.target];
  const factor = whole.kinds.factors.find((candidate) => candidate.kind === probe.factor);
  return {
    ...resolveScheduled(name, probe),
    senders: probe.sender,
    target: probe.target,
    flow: probe.flow,
    factor: probe.factor,
    accounts: target && factor ? accountsOf(probe, target, { factor, phones: whole.parsed.phones }) : [],
  };
}

const resolveControl = (name: string, control: ParsedControl): ControlConfig => ({
  ...resolveScheduled(name, control),
  senders: control.from,
  sender: control.sender,
  phones: control.phones,
});

const resolveScheduled = (
  name: string,
  entry: ParsedProbe | ParsedControl,
): Omit<ScheduledConfig, 'senders'> => ({
  name,
  rotation: entry.rotation,
  pattern: entry.pattern ?? null,
  deadlineMs: entry.deadline,
  expiryMs: entry.expiry,
  timeoutMs: entry.timeout,
  schedule: entry.schedule,
  jitterMs: entry.jitter,
  locations: entry.locations,
  maintenance: entry.maintenance.map(({ schedule, duration }) => ({ schedule, durationMs: duration })),
});
