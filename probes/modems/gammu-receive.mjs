#!/usr/bin/env node
// RunOnReceive of gammu-smsd: its message stands in the environment, SMSD's names for it in the arguments.
import { receive } from './deliver.mjs';

const { env } = process;
const parts = count(env.SMS_MESSAGES);

// A delivery report has the reference of the message that was sent; an incoming message has none.
if (parts > 0 && Number(env.SMS_1_REFERENCE ?? 0) === 0) {
  await receive({
    modem: env.PHONE_ID ?? '',
    from: env.SMS_1_NUMBER ?? '',
    text: textOf(),
    names: process.argv.slice(2),
    at: Date.now(),
  });
}

/** What SMSD put together; a message of one part, or with a part missing, stands in its parts alone. */
function textOf() {
  const decoded = numbered('DECODED', count(env.DECODED_PARTS));
  return decoded === '' ? numbered('SMS', parts) : decoded;
}

function numbered(prefix, length) {
  return Array.from({ length }, (_, at) => env[`${prefix}_${at + 1}_TEXT`] ?? '').join('');
}

function count(written) {
  return /^[0-9]{1,3}$/.test(written ?? '') ? Number(written) : 0;
}
