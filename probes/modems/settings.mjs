import { readFile, stat } from 'node:fs/promises';

const SETTINGS = '/etc/twofa-prober/modems.json';
/** Where messages wait when the settings cannot be read: none may get lost for a missing comma. */
const SPOOL = '/var/spool/twofa-prober';

/** The settings' path: `TWOFA_MODEMS`, else the usual place. */
export const settingsPath = () => process.env.TWOFA_MODEMS ?? SETTINGS;

/**
 * Reads what `modems.example.json` shows. Throws an Error that says what is wrong and what to do.
 * @returns {Promise<{ url: string, secretFile: string, spool: string, numbers: Record<string, string>, removeReceived: boolean }>}
 */
export async function readSettings(path = settingsPath()) {
  const read = parse(await readFile(path, 'utf8'), path);
  const { url, secretFile, spool = SPOOL, numbers, removeReceived = false } = read;
  const isUrl = typeof url === 'string' && /^https?:\/\/[^/]+\/hooks\/[^/]+$/.test(url);
  if (!isUrl) throw new Error(`${path}: expected url such as https://sms.example.net/hooks/sim-rack`);
  if (typeof secretFile !== 'string') throw new Error(`${path}: expected secretFile, the path of the secret`);
  if (typeof spool !== 'string') throw new Error(`${path}: expected spool to be the path of a folder`);
  const known = typeof numbers === 'object' && numbers !== null ? Object.entries(numbers) : [];
  if (known.length === 0 || known.some(([, number]) => !/^\+[1-9][0-9]{5,14}$/.test(number))) {
    throw new Error(`${path}: expected numbers, by modem, such as { "rack-1": "+15005550111" }`);
  }
  return { url, secretFile, spool, numbers, removeReceived: removeReceived === true };
}

/** Where to keep a message, whatever the state of the settings. */
export async function spoolOf(path = settingsPath()) {
  try {
    const { spool } = parse(await readFile(path, 'utf8'), path);
    return typeof spool === 'string' ? spool : SPOOL;
  } catch {
    return SPOOL;
  }
}

/** The shared secret. A file that others can read is refused: who has the secret can forge codes. */
export async function readSecret(path) {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw new Error(`${path}: others can read it; chmod 600 ${path}`);
  const secret = (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  if (secret === '') throw new Error(`${path}: is empty; expected the secret of the inbox`);
  return secret;
}

function parse(text, path) {
  try {
    const read = JSON.parse(text);
    if (typeof read === 'object' && read !== null) return read;
  } catch {
    // Told below.
  }
  throw new Error(`${path}: expected a JSON document, see modems.example.json`);
}
