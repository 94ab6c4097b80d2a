import type { Smpp } from 'smpp';

/**
 * npm's `smpp`, set to hand over texts as the octets that came. On its own it takes the octets for text by one setting
 * for the whole process, and what that loses cannot be had back. Loaded when first used: it takes a tenth of a second.
 */
export function loadSmpp(): Promise<Smpp> {
  loading ??= import('smpp').then(({ default: smpp }) => {
    for (const command of ['deliver_sm', 'data_sm']) takeOctets(smpp, command);
    smpp.addTLV('message_payload', { id: MESSAGE_PAYLOAD, type: smpp.types.tlv.buffer });
    return smpp;
  });
  return loading;
}

let loading: Promise<Smpp> | null = null;

/** SMPP 3.4, section 5.3.2.32. */
const MESSAGE_PAYLOAD = 0x0424;

/** The same fields in the same order, without the filters that read times and texts. */
function takeOctets(smpp: Smpp, command: string): void {
  const known = smpp.commands[command];
  if (!known) throw new Error(`the library smpp does not know ${command}; is its version another?`);
  const fields = Object.entries(known.params ?? {}).map(([name, { type }]) => [name, { type }]);
  smpp.addCommand(command, { id: known.id, params: Object.fromEntries(fields) });
}
