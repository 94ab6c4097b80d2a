import { CONTROL_TARGET } from '../domain/inventory.ts';
import { isMailAddress } from '../domain/units.ts';
import { entriesOf, fault, notice, type Check, type Finding } from './review.ts';

/** Names that the product needs for itself, and numbers that stand for two phones. */
export const checkNames: Check = ({ parsed, declares }) => {
  const found: Finding[] = [];
  if (declares(['targets', CONTROL_TARGET])) {
    found.push(fault(['targets', CONTROL_TARGET], 'the name "control" is kept for controls; choose another'));
  }
  for (const name of Object.keys(parsed.probes)) {
    if (declares(['controls', name])) {
      found.push(
        fault(['probes', name], 'a control has the same name; choose another, both become `probe` labels'),
      );
    }
  }
  const owners = new Map<string, string>();
  for (const [name, phone] of entriesOf(parsed.phones)) {
    if (phone.route.toLowerCase() === 'all') {
      found.push(
        fault(['phones', name, 'route'], 'the route "all" stands for all routes together; choose another'),
      );
    }
    const owner = owners.get(phone.number);
    if (owner !== undefined) {
      found.push(
        isMailAddress(phone.number)
          ? fault(
              ['phones', name, 'address'],
              `mailbox ${owner} has the same address; one address is one mailbox`,
            )
          : fault(['phones', name, 'number'], `phone ${owner} has the same number; one number is one phone`),
      );
    }
    owners.set(phone.number, owner ?? name);
  }
  return found;
};

/** What is there and does nothing. */
export const checkUnused: Check = ({ parsed, kinds }) => {
  const found: Finding[] = [];
  const phones = Object.values(parsed.phones);
  const accounts = Object.values(parsed.targets).flatMap((target) => Object.values(target.accounts));
  const controls = Object.values(parsed.controls);
  for (const [name, { kind }] of entriesOf(parsed.inboxes)) {
    if (kinds.inboxes.some((one) => one.kind === kind && one.receiptsOnly)) continue;
    if (!phones.some((phone) => phone.inbox === name)) {
      found.push(notice(['inboxes', name], 'no phone is read through this inbox'));
    }
  }
  for (const name of Object.keys(parsed.phones)) {
    const used = accounts.some((a) => a.phone === name) || controls.some((c) => c.phones.includes(name));
    if (!used) found.push(notice(['phones', name], 'no account and no control uses this phone'));
  }
  for (const name of Object.keys(parsed.senders)) {
    if (!controls.some((control) => control.sender === name)) {
      found.push(notice(['senders', name], 'no control uses this sender'));
    }
  }
  for (const name of Object.keys(parsed.targets)) {
    if (!Object.values(parsed.probes).some((probe) => probe.target === name)) {
      found.push(notice(['targets', name], 'no probe logs in to this target'));
    }
  }
  return found;
};
