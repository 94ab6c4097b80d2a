import { FakeClock } from '../../support/fake-clock.ts';
import { startFakeSmsc } from '../../support/fake-smsc.ts';
import { sessionInboxContract } from '../../contracts/session-inbox-contract.ts';
import { createInbox, deliver } from './stage.ts';

const message = { id: '', from: 'ACME', to: '+15005550111', text: 'Your ACME code is 493 021 — naïve ☎️ €' };

sessionInboxContract('smpp', { senders: ['ACME', '72975', '+18335550100'], message }, async () => {
  const smsc = await startFakeSmsc();
  let last = deliver('');
  const bring = async () => (await smsc.bound()).request('deliver_sm', last);
  return {
    inbox: createInbox(smsc, new FakeClock()),
    bring: async ({ from, to, text }) => {
      const addresses = { source_addr: from, source_addr_ton: 0, destination_addr: to.slice(1) };
      last = deliver(Buffer.from(text, 'utf16le').swap16(), { ...addresses, data_coding: 8 });
      return bring();
    },
    again: bring,
    cut: async () => (await smsc.bound()).drop(),
    refuse: () => {
      smsc.bindStatus = 0x0e;
    },
    get open() {
      return smsc.open;
    },
  };
});
