import { FakeClock } from '../../support/fake-clock.ts';
import { startFakeImap } from '../../support/fake-imap.ts';
import { sessionInboxContract } from '../../contracts/session-inbox-contract.ts';
import { createInbox, mailOf } from './stage.ts';

const message = {
  id: '',
  from: 'no-reply@acme.example',
  to: 'codes@acme.example',
  text: 'Your ACME code is 493 021 — naïve ☎️ & more = 100%',
};
const senders = ['no-reply@acme.example', 'security+codes@mail.acme.example'];

sessionInboxContract('imap', { senders, message }, async () => {
  const imap = await startFakeImap();
  const clock = new FakeClock();
  const inbox = createInbox(imap, clock);
  return {
    inbox,
    // A server tells of a mail only while we listen.
    bring: async ({ from, to, text }) => {
      await imap.next('IDLE');
      imap.append(mailOf(text, from, to), clock.now());
    },
    again: async () => inbox.poll?.fetch(new AbortController().signal),
    cut: async () => imap.drop(),
    refuse: () => {
      imap.password = 'another one';
    },
    get open() {
      return imap.open;
    },
  };
});
