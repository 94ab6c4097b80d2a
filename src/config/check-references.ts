import { fault, type Check, type Finding, type Review } from './review.ts';
import type { Path } from './path.ts';
import { didYouMean, listed } from './suggest.ts';

/** Every name that points at another part of the file points at something; read as written, so that no fault beside it hides it. */
export const checkReferences: Check = (review) => [
  ...within(review, ['phones'], (phone) => refer(review, [...phone, 'inbox'], ['inboxes'], 'inbox')),
  ...within(review, ['targets'], (target) =>
    within(review, [...target, 'accounts'], (account) =>
      refer(review, [...account, 'phone'], ['phones'], 'phone'),
    ),
  ),
  ...within(review, ['probes'], (probe) => [
    ...refer(review, [...probe, 'target'], ['targets'], 'target'),
    ...referAccounts(review, probe),
  ]),
  ...within(review, ['controls'], (control) => [
    ...refer(review, [...control, 'sender'], ['senders'], 'sender'),
    ...within(review, [...control, 'phones'], (phone) => refer(review, phone, ['phones'], 'phone')),
  ]),
];

/** The entries of a map or a list, whatever is in them. */
const within = (review: Review, path: Path, each: (path: Path) => readonly Finding[]): Finding[] =>
  review.names(path).flatMap((name) => each([...path, name]));

function referAccounts(review: Review, probe: Path): Finding[] {
  const target = review.value([...probe, 'target']);
  if (typeof target !== 'string' || !review.declares(['targets', target])) return [];
  const section: Path = ['targets', target, 'accounts'];
  return within(review, [...probe, 'accounts'], (account) => refer(review, account, section, 'account'));
}

function refer(review: Review, path: Path, section: Path, what: string): Finding[] {
  const name = review.value(path);
  if (typeof name !== 'string' || review.declares([...section, name])) return [];
  const known = review.names(section);
  const near = didYouMean(name, known);
  const choices = near === '' ? `, one of: ${listed(known)}` : near;
  const wanted = `expected the name of ${article(what)} ${what} under ${section.join('.')}`;
  return [fault(path, `found ${review.quote(path)}, ${wanted}${choices}`)];
}

const article = (what: string): string => (/^[aeiou]/.test(what) ? 'an' : 'a');
