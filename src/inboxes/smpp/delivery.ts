import { z } from 'zod';
import type { PhoneNumber } from '../../domain/units.ts';
import { readSender } from '../inbound-fields.ts';
import { readDestination } from './destination.ts';
import { decodeText, type TextCoding } from './text-coding.ts';
import { checkConcatenation, readUserDataHeader, type Concatenation } from './user-data-header.ts';

/** One message that came to us, or one part of it. */
export interface Part {
  readonly from: string;
  readonly to: PhoneNumber;
  readonly text: string;
  readonly concatenation: Concatenation | null;
}

export type Delivery =
  | { readonly kind: 'message'; readonly part: Part }
  /** Tells what became of a message that was sent; nobody's code. */
  | { readonly kind: 'receipt' }
  | {
      readonly kind: 'unreadable';
      readonly status: 'ESME_RINVDSTADR' | 'ESME_RX_R_APPN';
      readonly why: string;
    };

export interface DeliveryRules extends Pick<TextCoding, 'standard' | 'gsm'> {
  /** The numbers that are read through this inbox. */
  readonly numbers: readonly PhoneNumber[];
}

const octets = z.instanceof(Buffer).optional();

const Fields = z.object({
  source_addr: z.string().default(''),
  source_addr_ton: z.number().default(0),
  destination_addr: z.string().default(''),
  dest_addr_ton: z.number().default(0),
  esm_class: z.number().default(0),
  data_coding: z.number().default(0),
  short_message: octets,
  message_payload: octets,
  sar_msg_ref_num: z.number().optional(),
  sar_total_segments: z.number().optional(),
  sar_segment_seqnum: z.number().optional(),
  receipted_message_id: z.unknown().optional(),
  message_state: z.unknown().optional(),
});
type Fields = z.output<typeof Fields>;

/** SMPP 3.4, section 5.2.12: bits 5 to 2 are set in receipts and acknowledgements. */
const MESSAGE_TYPE = 0b0011_1100;
const HAS_HEADER = 0b0100_0000;
const INTERNATIONAL = 1;

/** Some SMSCs do not mark their receipts: the text of Appendix B gives them away. */
const RECEIPT_TEXT = /^id:\S* sub:[0-9]{3} dlvrd:[0-9]{3} /;

/** Reads a deliver_sm or data_sm. What is not readable says so without quoting anything. */
export function readDelivery(pdu: object, rules: DeliveryRules): Delivery {
  const parsed = Fields.safeParse(pdu);
  if (!parsed.success) return unreadable('ESME_RX_R_APPN', 'its fields are not those of a message');
  const fields = parsed.data;
  if ((fields.esm_class & MESSAGE_TYPE) !== 0) return { kind: 'receipt' };
  if (fields.receipted_message_id !== undefined && fields.message_state !== undefined)
    return { kind: 'receipt' };
  const content = readContent(fields, rules);
  if (!content) return unreadable('ESME_RX_R_APPN', 'its user data header is longer than the message');
  if (RECEIPT_TEXT.test(content.text)) return { kind: 'receipt' };
  const to = readDestination(fields.destination_addr, fields.dest_addr_ton, rules.numbers);
  if (to === null) return unreadable('ESME_RINVDSTADR', 'its destination is no number with its country');
  return { kind: 'message', part: { from: senderOf(fields), to, ...content } };
}

const unreadable = (status: 'ESME_RINVDSTADR' | 'ESME_RX_R_APPN', why: string): Delivery => ({
  kind: 'unreadable',
  status,
  why,
});

function readContent(fields: Fields, rules: DeliveryRules): Pick<Part, 'text' | 'concatenation'> | null {
  const short = fields.short_message ?? Buffer.alloc(0);
  const body = short.length > 0 ? short : (fields.message_payload ?? short);
  const hasHeader = (fields.esm_class & HAS_HEADER) !== 0 && body.length > 0;
  const header = hasHeader ? readUserDataHeader(body) : NO_HEADER;
  if (!header) return null;
  const { language, concatenation } = header;
  const coding = { ...rules, coding: fields.data_coding, language };
  const text = decodeText(body.subarray(header.length), coding);
  return { text, concatenation: concatenation ?? segmentOf(fields) };
}

const NO_HEADER = { length: 0, concatenation: null, language: 0 };

/** The other way to say which part it is: the sar_ TLVs. */
const segmentOf = (fields: Fields): Concatenation | null =>
  checkConcatenation({
    reference: `sar/${fields.sar_msg_ref_num ?? 0}`,
    total: fields.sar_total_segments ?? 0,
    part: fields.sar_segment_seqnum ?? 0,
  });

/** SMSCs write international numbers without the plus; a message may also come without a sender. */
function senderOf({ source_addr: address, source_addr_ton: type }: Fields): string {
  const written = type === INTERNATIONAL && /^[0-9]/.test(address) ? `+${address}` : address;
  return readSender(written) ?? 'unknown';
}
