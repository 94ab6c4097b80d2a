import type { EpochMs } from '../units.ts';
import type { Cause } from '../verdict/cause.ts';

/** A change of a target's verdict, as it was kept. */
export interface VerdictNews {
  readonly target: string;
  readonly verdict: {
    readonly at: EpochMs;
    readonly cause: Cause;
    readonly subject: string | null;
    readonly posterior: number;
    readonly words: string;
    /** Since when codes failed, where a detector alarmed. */
    readonly failingSince?: EpochMs | null;
  };
}

/** From the first verdict that named a fault to the next that said `healthy`. */
export interface Outage {
  readonly target: string;
  /** When codes began to fail, as far as a detector told; else when it was named. */
  readonly start: EpochMs;
  readonly namedAt: EpochMs;
  /** null: it goes on. */
  readonly end: EpochMs | null;
  /** What held longest of all that was named. */
  readonly cause: Cause;
  readonly subject: string | null;
  readonly posterior: number;
  /** What the verdict rested on when it was formed. */
  readonly evidence: string;
}

export interface Period {
  readonly since: EpochMs;
  readonly until: EpochMs;
}

/** The outages that a period saw anything of, of all targets, oldest first. */
export function outagesOf(news: readonly VerdictNews[], { since, until }: Period): Outage[] {
  return [...Map.groupBy(news, ({ target }) => target).values()]
    .flatMap((own) => outagesOfTarget(own, until))
    .filter(({ start, end }) => start < until && (end ?? until) > since)
    .sort((a, b) => a.start - b.start);
}

function outagesOfTarget(news: readonly VerdictNews[], until: EpochMs): Outage[] {
  const outages: Outage[] = [];
  let open: VerdictNews[] = [];
  for (const one of news.toSorted((a, b) => a.verdict.at - b.verdict.at)) {
    if (one.verdict.cause !== 'healthy') {
      if (open.length > 0 || isFault(one)) open.push(one);
      continue;
    }
    outages.push(...outageOf(open, one.verdict.at, until));
    open = [];
  }
  return [...outages, ...outageOf(open, null, until)];
}

/** An alarm is one also while nobody can tell whose fault it is. */
const isFault = ({ verdict: { cause, failingSince } }: VerdictNews): boolean =>
  cause !== 'inconclusive' || typeof failingSince === 'number';

function outageOf(news: readonly VerdictNews[], end: EpochMs | null, until: EpochMs): Outage[] {
  const [first] = news;
  if (!first) return [];
  const { target, verdict } = first;
  const told = longestHeld(first, news, end ?? until);
  const began = news.flatMap(({ verdict: { failingSince } }) => failingSince ?? []);
  return [
    {
      target,
      start: Math.min(verdict.at, ...began),
      namedAt: verdict.at,
      end,
      cause: told.cause,
      subject: told.subject,
      posterior: told.posterior,
      evidence: told.words,
    },
  ];
}

/** A name says more than none, however short it held. */
function longestHeld(first: VerdictNews, news: readonly VerdictNews[], end: EpochMs): VerdictNews['verdict'] {
  let best = { verdict: first.verdict, isNamed: false, heldMs: -1 };
  for (const [index, { verdict }] of news.entries()) {
    const isNamed = verdict.cause !== 'inconclusive';
    const heldMs = (news[index + 1]?.verdict.at ?? end) - verdict.at;
    const isLonger = isNamed === best.isNamed && heldMs > best.heldMs;
    if (isLonger || (isNamed && !best.isNamed)) best = { verdict, isNamed, heldMs };
  }
  return best.verdict;
}
