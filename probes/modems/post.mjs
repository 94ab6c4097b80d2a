import { createHmac } from 'node:crypto';

/** For one request: SMSD waits for us. */
const TIMEOUT_MS = 5000;
/** What is told at once needs no time of its own; a message that waited says since when. */
const LATE_MS = 2000;

/**
 * Posts one message to a `webhook` inbox (docs/inboxes/webhook.md).
 * @returns {Promise<{ end: 'taken' | 'refused' | 'wait' | 'away', words: string }>} `refused`: never taken, as it is.
 */
export async function post(message, { url, secret, numbers }) {
  const to = numbers[message.modem];
  if (to === undefined) {
    return { end: 'wait', words: `no number for the modem ${message.modem}: add it to numbers` };
  }
  const body = JSON.stringify({ id: idOf(message, secret), to, ...contentOf(message) });
  const now = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${now}.`).update(body).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-timestamp': now,
    'x-signature': `sha256=${signature}`,
  };
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    return verdict(answer.status, (await answer.text()).slice(0, 300));
  } catch (error) {
    return { end: 'away', words: `no answer (${error.cause?.code ?? error.cause?.message ?? error.name})` };
  }
}

/**
 * The same on every delivery of a message, and keyed: from a plain hash of it a code of six digits could be found by
 * trying. What tells messages of the same text apart is SMSD's name for them, else the time.
 */
function idOf({ modem, from, text, names, at }, secret) {
  const parts = JSON.stringify([modem, from, text, names.length > 0 ? names : at]);
  return createHmac('sha256', secret).update(`id.${parts}`).digest('hex').slice(0, 40);
}

function contentOf({ from, text, at }) {
  const sender = from.replace(/\p{Cc}/gu, '').slice(0, 64);
  const late = Date.now() - at > LATE_MS ? { receivedAt: new Date(at).toISOString() } : {};
  return { from: sender === '' ? 'unknown' : sender, text, ...late };
}

/** 400 and 413 are about this message alone; everything else is about the inbox, and passes or gets mended. */
function verdict(status, answer) {
  if (status >= 200 && status < 300) return { end: 'taken', words: `HTTP ${status}` };
  const words = `HTTP ${status} ${answer}`.trim();
  return { end: status === 400 || status === 413 ? 'refused' : 'wait', words };
}
