import { stringify } from 'yaml';
import { Secret } from '../domain/secret.ts';
import { isMailAddress, maskNumber } from '../domain/units.ts';
import type { Config } from './config.ts';
import { isSecretive } from './shown.ts';

const SECRET = '[secret]';

/**
 * The configuration in force as YAML, defaults filled in, for people to see: no secret, nothing that came from the
 * environment or a file, no full phone number.
 */
export function redactedConfig(config: Config): string {
  const { substituted, webGuard: _itsOwnFile, ...shownParts } = config;
  const hidden = substituted.map((value) => value.reveal());
  const addresses = Object.values(config.phones).flatMap(({ number }) =>
    isMailAddress(number) ? [number] : [],
  );
  return stringify(redact(shownParts, { hidden, addresses, secretive: false }), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
}

interface Context {
  readonly hidden: readonly string[];
  /** Of our mailboxes; shown as numbers are, also where one is a user name. */
  readonly addresses: readonly string[];
  /** Somewhere above stands a key that says `secret`. */
  readonly secretive: boolean;
}

function redact(value: unknown, context: Context): unknown {
  if (value instanceof Secret) return SECRET;
  if (typeof value === 'string') return redactText(value, context);
  if (typeof value === 'number' || typeof value === 'boolean') return context.secretive ? SECRET : value;
  if (Array.isArray(value)) return value.map((item) => redact(item, context));
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (isPattern(value)) return redactText(value.source, context);
  return redactMap(value, context);
}

function redactMap(map: object, context: Context): Record<string, unknown> {
  const shown: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of Object.entries(map)) {
    if (typeof entry === 'function') continue;
    // Names of probes and accounts are keys too: only what directly holds a value can name a secret.
    const holdsValue = typeof entry !== 'object' || entry === null || CONTAINERS.has(key);
    const secretive = context.secretive || (holdsValue && isSecretive(key));
    shown[maskNumbers(key)] = redact(entry, { ...context, secretive });
  }
  return shown;
}

/** Maps of free keys, each of which may hold a secret. */
const CONTAINERS: ReadonlySet<string> = new Set(['vars', 'headers', 'cookies', 'backupCodes']);

/** What a flow fills in later is not a secret itself. */
const TEMPLATE = /^\{\{[^{}]*\}\}$/;

/** Shorter values from outside are hidden where they stand alone; inside other texts they would hide too much. */
const MIN_INNER = 6;

function redactText(text: string, { hidden, addresses, secretive }: Context): string {
  if (secretive && text !== '' && !TEMPLATE.test(text)) return SECRET;
  if (hidden.some((value) => text === value || (value.length >= MIN_INNER && text.includes(value))))
    return SECRET;
  const address = addresses.find((one) => one === text.toLowerCase());
  if (address !== undefined) return maskNumber(address);
  return maskNumbers(text.replace(/\/\/[^/@\s]*@/g, `//${SECRET}@`));
}

const maskNumbers = (text: string): string =>
  text
    .replace(/\+[0-9]{7,15}/g, (number) => maskNumber(number))
    .replace(/^[0-9]{9,15}$/, (number) => maskNumber(number));

const isPattern = (value: object): value is { readonly source: string } =>
  'source' in value && typeof value.source === 'string' && 'test' in value;
