import { z } from 'zod';
import { money } from '../ports/settings.ts';
import { mailAddress, name, phoneNumber } from './fields.ts';

export const LINES = ['mobile', 'virtual', 'landline', 'toll-free'] as const;

/** What must be there, unless `address` says that it is a mailbox. */
const NEEDED = {
  number: 'expected a number in E.164 form, in quotes, or `address` for a mailbox',
  country: 'expected a country of two capital letters, such as US',
  carrier: 'expected a name of yours for the network',
} as const;

/** A phone, or a mailbox in the place of one: its domain stands for the carrier, and mail costs nothing. */
export const phone = () =>
  z
    .strictObject({
      number: phoneNumber().optional(),
      address: mailAddress().optional(),
      inbox: z.string(),
      country: z
        .string()
        .regex(/^[A-Z]{2}$/, NEEDED.country)
        .optional(),
      carrier: name().optional(),
      line: z.enum(LINES).default('mobile'),
      route: name().optional(),
      perSms: money().optional(),
    })
    .superRefine((written, context) => {
      if (written.address === undefined) {
        for (const key of ['number', 'country', 'carrier'] as const) {
          if (written[key] === undefined)
            context.addIssue({ code: 'custom', path: [key], message: NEEDED[key] });
        }
      } else if (written.number !== undefined) {
        const message = 'expected no number where there is an address: a mailbox is an entry of its own';
        context.addIssue({ code: 'custom', path: ['number'], message });
      }
    })
    .transform(({ number, address, country, carrier, line, route, ...rest }) => {
      if (address === undefined) {
        const [where, network] = [country ?? '', carrier ?? ''];
        const fate = route ?? `${where}-${network}`.toLowerCase();
        return { ...rest, number: number ?? '', country: where, carrier: network, line, route: fate };
      }
      const domain = address.slice(address.indexOf('@') + 1);
      const network = carrier ?? domain;
      return {
        ...rest,
        number: address,
        country: country ?? '-',
        carrier: network,
        line: 'mail' as const,
        route: route ?? `mail-${network}`.toLowerCase(),
      };
    })
    .meta({ anyOf: [{ required: ['number', 'country', 'carrier'] }, { required: ['address'] }] });
