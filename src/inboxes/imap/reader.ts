import type { FetchMessageObject, ImapFlow } from 'imapflow';
import type { InboundMessage } from '../../domain/message.ts';
import type { Stamp } from '../../domain/stamp.ts';
import { MINUTE, type EpochMs } from '../../domain/units.ts';
import type { Accept, InboxDeps } from '../../ports/inbox.ts';
import { dateArrival } from '../poll-arrival.ts';
import { readMail } from './mail.ts';

/** What came while we were down is looked up too: a phone rests ten minutes after a lost code. */
const FIRST_LOOK_MS = 15 * MINUTE;
/** How many of the newest mails the first look goes through, and any look takes at once. */
const MAX_LOOK = 100;
/** Attachments follow the text. */
const MAX_SOURCE = 256 * 1024;

/**
 * What of one folder has been handed over, across connections. UIDs grow, and mean nothing any more when UIDVALIDITY
 * has changed (RFC 9051, section 2.3.1.1).
 */
export class FolderReader {
  readonly #deps: FolderReaderDeps;
  #validity: bigint | null = null;
  #lastUid = 0;
  #previous: Stamp | null = null;
  /** Read, and not durable yet: they keep their arrival. */
  #pending = new Map<number, InboundMessage>();

  constructor(deps: FolderReaderDeps) {
    this.#deps = deps;
  }

  /** After the folder was opened: goes on where it was left, or begins a little while back. */
  async resume(client: ImapFlow): Promise<void> {
    const { mailbox } = client;
    if (!mailbox) throw new Error('the folder is not open');
    const { exists, uidNext, uidValidity } = mailbox;
    if (this.#validity === uidValidity) return;
    const since = this.#deps.inbox.clock.now() - FIRST_LOOK_MS;
    this.#validity = uidValidity;
    this.#pending = new Map();
    this.#previous = null;
    const newest =
      exists === 0
        ? []
        : await client.fetchAll(`${Math.max(1, exists - MAX_LOOK + 1)}:*`, { uid: true, internalDate: true });
    const recent = newest.filter((mail) => (dateOf(mail) ?? 0) >= since).map(({ uid }) => uid);
    const last = Math.max(uidNext - 1, ...newest.map(({ uid }) => uid), 0);
    this.#lastUid = recent.length === 0 ? last : Math.min(...recent) - 1;
  }

  /** Hands over what is new. `pushed`: when the server told of it; null when we asked. */
  async collect(client: ImapFlow, accept: Accept, pushed: Stamp | null): Promise<void> {
    const started = this.#deps.inbox.stamp();
    if (pushed === null) await client.noop();
    const found = await client.fetchAll(
      `${this.#lastUid + 1}:*`,
      { uid: true, internalDate: true, source: { maxLength: MAX_SOURCE } },
      { uid: true },
    );
    // `5:*` also means the last mail when there is none from 5 on.
    const fresh = found.filter(({ uid }) => uid > this.#lastUid).toSorted((a, b) => a.uid - b.uid);
    for (const mail of fresh.slice(0, MAX_LOOK)) {
      const message = this.#pending.get(mail.uid) ?? (await this.#read(mail, pushed));
      this.#pending.set(mail.uid, message);
      await accept([message]);
      await this.#handled(client, mail.uid);
    }
    this.#previous = started;
  }

  async #handled(client: ImapFlow, uid: number): Promise<void> {
    this.#pending.delete(uid);
    this.#lastUid = uid;
    if (this.#deps.markSeen) await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true });
  }

  async #read(mail: FetchMessageObject, pushed: Stamp | null): Promise<InboundMessage> {
    const { name, numbers, stamp } = this.#deps.inbox;
    const { times, ...content } = await readMail(mail.source ?? Buffer.alloc(0), numbers);
    const now = stamp();
    const dated = dateArrival(dateOf(mail) ?? now.at, this.#previous, now);
    const arrival = pushed === null ? dated : { ...dated, arrived: pushed, uncertaintyMs: 0 };
    const providerId = `${this.#validity}.${mail.uid}`;
    return {
      inbox: name,
      providerId,
      ...content,
      redacted: false,
      ...arrival,
      times: [...arrival.times, ...times],
    };
  }
}

/** INTERNALDATE: when the server took the mail, to the second. */
function dateOf({ internalDate }: FetchMessageObject): EpochMs | null {
  const at = internalDate === undefined ? NaN : new Date(internalDate).getTime();
  return Number.isNaN(at) ? null : at;
}

export interface FolderReaderDeps {
  readonly inbox: Pick<InboxDeps, 'name' | 'numbers' | 'stamp' | 'clock'>;
  readonly markSeen: boolean;
}
