#!/usr/bin/env node
// eventhandler of smstools: gets what happened and the message's file; see its manual, "SMS file format".
import { readFile, unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { receive } from './deliver.mjs';
import { readSettings } from './settings.mjs';

const [event, path] = process.argv.slice(2);

if (event === 'RECEIVED' && path !== undefined) {
  await receive(parse(await readFile(path), basename(path)));
  // It is in the spool or delivered: a text that stays on disk can give its code away.
  const settings = await readSettings().catch(() => null);
  if (settings?.removeReceived) await unlink(path);
}

/** Headers, a blank line, and the text in the character set that the headers name. */
function parse(file, name) {
  const end = file.indexOf('\n\n');
  const head = file.subarray(0, end < 0 ? file.length : end).toString('latin1');
  const headers = new Map(
    head.split('\n').map((line) => {
      const [key, ...value] = line.split(':');
      return [key.toLowerCase(), value.join(':').trim()];
    }),
  );
  const body = end < 0 ? Buffer.alloc(0) : file.subarray(end + 2);
  return {
    modem: headers.get('modem') ?? headers.get('subject') ?? name.split('.')[0],
    from: senderOf(headers),
    text: decode(body, headers.get('alphabet') ?? 'ISO'),
    // `Received` tells apart what gets the same name in another year.
    names: [name, headers.get('received') ?? ''],
    at: Date.now(),
  };
}

/** Numbers stand there without their plus; names and short codes as they are. */
function senderOf(headers) {
  const from = headers.get('from') ?? '';
  const kind = headers.get('from_toa') ?? '91 international';
  return /^[0-9]{7,15}$/.test(from) && /international/i.test(kind) && !/^(A1|81)/i.test(kind)
    ? `+${from}`
    : from;
}

/** By the first three letters, as smstools reads it itself; a binary message has no text. */
function decode(body, alphabet) {
  const kind = alphabet.slice(0, 3).toLowerCase();
  if (kind === 'bin') return '';
  if (kind === 'utf') return body.toString('utf8');
  if (kind === 'ucs' || kind === 'chi' || kind === 'uni') return decodeUcs2(body);
  return new TextDecoder('iso-8859-15').decode(body);
}

/** Big endian. */
function decodeUcs2(body) {
  return Buffer.from(body.subarray(0, body.length & ~1))
    .swap16()
    .toString('utf16le');
}
