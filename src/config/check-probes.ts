import { isMailAddress } from '../domain/units.ts';
import { accountsOf, isReached, lackOf, type Needs } from './means.ts';
import { asFinding } from './check-listeners.ts';
import { entriesOf, factorOf, fault, targetOf, type Check, type Finding, type Review } from './review.ts';
import type { ParsedProbe, ParsedTarget } from './schema.ts';
import type { Path } from './path.ts';
import { listed } from './suggest.ts';

/** Probes have accounts that can do what they are for, and flows that fit their factor. */
export const checkProbes: Check = (review) => [
  ...entriesOf(review.parsed.probes).flatMap(([name, probe]) => [
    ...checkAccounts(review, name, probe),
    ...checkFlow(review, name, probe),
  ]),
  ...checkSharing(review),
  ...entriesOf(review.parsed.controls).flatMap(([name, control]) =>
    checkPhones(review, name, control.phones),
  ),
];

function checkPhones(review: Review, name: string, phones: readonly string[]): Finding[] {
  const twice = repeated(phones).map((index) =>
    fault(['controls', name, 'phones', index], 'this phone is in the list twice'),
  );
  const mailboxes = [...phones.entries()].filter(([, phone]) => {
    const settings = Object.hasOwn(review.parsed.phones, phone) ? review.parsed.phones[phone] : undefined;
    return settings !== undefined && isMailAddress(settings.number);
  });
  const unreached = mailboxes.map(([index]) =>
    fault(
      ['controls', name, 'phones', index],
      'this is a mailbox, and a control is an SMS; list phones alone',
    ),
  );
  return [...twice, ...unreached];
}

function checkAccounts(review: Review, name: string, probe: ParsedProbe): Finding[] {
  const target = targetOf(review, probe);
  const factor = factorOf(review, probe);
  if (!target || !factor) return [];
  const found = repeated(probe.accounts ?? []).map((index) =>
    fault(['probes', name, 'accounts', index], 'this account is in the list twice'),
  );
  for (const [index, account] of (probe.accounts ?? []).entries()) {
    const settings = Object.hasOwn(target.accounts, account) ? target.accounts[account] : undefined;
    const lack = settings ? lackOf(settings, factor) : null;
    if (lack !== null && !review.declares(['targets', probe.target, 'accounts', account, lack])) {
      const message = `account ${account} has no \`${lack}\`, which factor ${factor.kind} needs; add it under targets.${probe.target}.accounts.${account}`;
      found.push(fault(['probes', name, 'accounts', index], message));
    }
    if (settings && !isReached(settings, { factor, phones: review.parsed.phones })) {
      const [has, wants] = factor.reaches === 'address' ? ['phone', 'mailbox'] : ['mailbox', 'phone'];
      const message = `account ${account} has a ${has}, and factor ${factor.kind} sends to a ${wants}; list other accounts`;
      found.push(fault(['probes', name, 'accounts', index], message));
    }
  }
  const needed = factor.delivered ? 'phone' : (factor.needs ?? 'username');
  // As written: what is there but not well formed has a fault of its own.
  const accounts: Path = ['targets', probe.target, 'accounts'];
  const someHave = review.names(accounts).some((account) => {
    const settings = target.accounts[account];
    const reached = !settings || isReached(settings, { factor, phones: review.parsed.phones });
    return reached && review.declares([...accounts, account, needed]);
  });
  if (!probe.accounts && !someHave) {
    const what = factor.reaches === 'address' ? '`phone` with an `address`' : `\`${needed}\``;
    const message = `no account of target ${probe.target} has ${what}, which factor ${factor.kind} needs`;
    found.push(fault(['probes', name], message));
  }
  return found;
}

const repeated = (names: readonly string[]): number[] =>
  [...names.keys()].filter((index) => names.indexOf(names[index] ?? '') < index);

function checkFlow(review: Review, name: string, probe: ParsedProbe): Finding[] {
  const factor = factorOf(review, probe);
  const check = review.kinds.flows.find((flow) => flow.kind === probe.flow.kind)?.check;
  if (!factor || !check) return [];
  const target = targetOf(review, probe);
  const facts = {
    delivered: factor.delivered,
    ...(target && { vars: varsOf(probe, target, { factor, phones: review.parsed.phones }) }),
  };
  const remarks = check(probe.flow.settings, facts);
  return remarks.map((remark) => asFinding(['probes', name, 'flow'], remark));
}

const varsOf = (probe: ParsedProbe, target: ParsedTarget, needs: Needs): Record<string, string[]> =>
  Object.fromEntries(
    accountsOf(probe, target, needs).map((name) => [name, Object.keys(target.accounts[name]?.vars ?? {})]),
  );

/** An SMS outage would hold the accounts, and starve the factor that shows whether the login itself works. */
function checkSharing(review: Review): Finding[] {
  const users = new Map<string, { name: string; factor: string }>();
  const found: Finding[] = [];
  for (const [name, probe] of entriesOf(review.parsed.probes)) {
    const target = targetOf(review, probe);
    const factor = factorOf(review, probe);
    if (!target || !factor) continue;
    const shared: string[] = [];
    let other: string | null = null;
    for (const account of accountsOf(probe, target, { factor, phones: review.parsed.phones })) {
      const key = `${probe.target}/${account}`;
      const first = users.get(key);
      if (!first) users.set(key, { name, factor: factor.kind });
      else if (first.factor !== factor.kind) {
        shared.push(account);
        other = `${first.name} (${first.factor})`;
      }
    }
    if (other !== null) {
      const path = probe.accounts ? ['probes', name, 'accounts'] : ['probes', name];
      const message = `shares ${listed(shared)} with ${other}; factors need accounts of their own, or an outage of one hides the other: list different accounts`;
      found.push(fault(path, message));
    }
  }
  return found;
}
