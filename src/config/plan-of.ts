import { CONTROL_TARGET } from '../domain/inventory.ts';
import type { Plan, PlannedAccount, PlannedProbe } from '../domain/plan.ts';
import type { Config, ControlConfig, ProbeConfig, ScheduledConfig } from './config.ts';
import { rhythmOf } from './cron.ts';
import type { FactorKind } from './schema.ts';

/** The schedule side of a configuration, for the arithmetic of `check`. */
export function planOf(config: Config, factors: readonly FactorKind[]): Plan {
  return {
    probes: [
      ...Object.values(config.probes).map((probe) => planProbe(config, probe, factors)),
      ...Object.values(config.controls).map((control) => planControl(config, control)),
    ],
    targets: Object.values(config.targets).map(({ name, limits }) => ({ name, limits })),
    cap: config.spend,
  };
}

function planProbe(config: Config, probe: ProbeConfig, factors: readonly FactorKind[]): PlannedProbe {
  const factor = factors.find((candidate) => candidate.kind === probe.factor);
  const delivered = factor?.delivered ?? false;
  const accounts = probe.accounts.map((name): PlannedAccount => {
    const phone = config.targets[probe.target]?.accounts[name]?.phone ?? null;
    const cost = delivered && phone !== null ? (config.phones[phone]?.perSms ?? 0) : 0;
    return { name: `${probe.target}/${name}`, phone, cost };
  });
  return {
    ...planScheduled(probe, accounts),
    target: probe.target,
    delivered,
    finite: factor?.stock !== undefined,
  };
}

/** Sending costs; receiving our own message is not what `phones.*.perSms` prices. */
function planControl(config: Config, control: ControlConfig): PlannedProbe {
  const cost = config.senders[control.sender]?.perSms ?? 0;
  const accounts = control.phones.map((phone) => ({ name: `${CONTROL_TARGET}/${phone}`, phone, cost }));
  return { ...planScheduled(control, accounts), target: CONTROL_TARGET, delivered: true, finite: false };
}

const planScheduled = (entry: ScheduledConfig, accounts: readonly PlannedAccount[]) => ({
  name: entry.name,
  rhythm: rhythmOf(entry.schedule.cron),
  attemptsPerTick: (entry.rotation === 'all' ? accounts.length : 1) * timesPerTick(entry.locations),
  accounts,
  deadlineMs: entry.deadlineMs,
  expiryMs: entry.expiryMs,
});

const timesPerTick = (locations: ScheduledConfig['locations']): number =>
  locations === 'spread' ? 1 : locations.length;
