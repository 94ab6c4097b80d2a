import type { Pdu, Smpp } from 'smpp';
import type { Secret } from '../../domain/secret.ts';
import type { Link } from './link.ts';

export interface BindSettings {
  readonly systemId: string;
  readonly password: Secret;
  readonly systemType?: string | undefined;
  readonly bind: 'receiver' | 'transceiver';
  readonly addressRange?: string | undefined;
}

const VERSION_3_4 = 0x34;

/** Logs in at the SMSC; rejects with what it answered and what to check. */
export async function bind(smpp: Smpp, link: Link, settings: BindSettings): Promise<void> {
  const answer = await link.request(`bind_${settings.bind}`, {
    system_id: settings.systemId,
    password: settings.password.reveal(),
    system_type: settings.systemType ?? '',
    interface_version: VERSION_3_4,
    address_range: settings.addressRange ?? '',
  });
  if (answer.command_status !== 0) throw new Error(refusalOf(smpp, answer));
}

function refusalOf(smpp: Smpp, { command_status: status }: Pdu): string {
  const name = Object.entries(smpp.errors).find(([, value]) => value === status)?.[0];
  const shown = `0x${status.toString(16).padStart(8, '0')}`;
  const remedy = REMEDIES[name ?? ''] ?? 'ask who runs it what that means';
  return `the SMSC refused the bind: ${name ? `${name}, ` : ''}${shown}; ${remedy}`;
}

/** By the names of SMPP 3.4, section 5.1.3. */
const REMEDIES: Readonly<Record<string, string>> = {
  ESME_RBINDFAIL: 'check systemId and password, and whether this address and this kind of bind are allowed',
  ESME_RINVPASWD: 'check password',
  ESME_RINVSYSID: 'check systemId',
  ESME_RINVSYSTYP: 'check systemType',
  ESME_RINVBNDSTS: 'check bind',
  ESME_RINVCMDID: 'check bind: the SMSC does not know this kind',
  ESME_RALYBND: 'another session has this systemId; more than one may be allowed on request',
  ESME_RTHROTTLED: 'it is asked again later',
  ESME_RSYSERR: 'its own fault; it is asked again later',
};
