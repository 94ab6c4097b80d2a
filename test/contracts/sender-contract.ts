import { describe, expect, test } from 'vitest';
import { AttemptFailure } from '../../src/domain/failure.ts';
import type { Sender } from '../../src/ports/sender.ts';

/** How a provider's stand-in treats a message. */
export type Manner =
  | 'accepts'
  | 'refuses'
  | 'limits'
  | 'is down'
  /** Answers something that is none of the provider's. */
  | 'babbles'
  /** Takes the request and never answers. */
  | 'hangs'
  /** Is not there at all. */
  | 'is away';

export interface SenderHarness {
  readonly sender: Sender;
  /** What the provider was asked to send, as it understood it; every request, taken or not. */
  readonly asked: readonly { readonly to: string; readonly text: string }[];
  /** Resolves when the provider has got a request. */
  readonly reached: Promise<void>;
  /** The id that the provider gives; what it may be shown as. */
  readonly id: string;
  readonly secrets: readonly string[];
  /** The settings as they were parsed. */
  readonly settings: unknown;
}

export interface SenderSubject {
  readonly name: string;
  /** Where one message costs 0.0083. */
  readonly open: (manner: Manner) => Promise<SenderHarness>;
  /** A local queue takes what it can hold and knows no limit; a program that is missing was never asked. */
  readonly differs?: Partial<Record<Manner, string | null>>;
}

const TO = '+15005550111';
const TEXT = '493021 is your twofa-prober control code.';
const AWKWARD = 'Code 493 021 — naïve ☎️ & more = 100%; "quoted" +plus\\ {{text}} \'$(id)`';

const OUTCOMES: Readonly<Record<Exclude<Manner, 'accepts' | 'hangs'>, string>> = {
  refuses: 'request_refused',
  limits: 'rate_limited',
  'is down': 'target_unreachable',
  babbles: 'target_unreachable',
  'is away': 'target_unreachable',
};

const KINDS_OF_FAILURE = ['refuses', 'limits', 'is down', 'babbles', 'is away'] as const;

/** What every sender must do. */
export function senderContract({ name, open, differs = {} }: SenderSubject): void {
  const ends = KINDS_OF_FAILURE.map(
    (manner) => [manner, differs[manner] ?? OUTCOMES[manner]] as const,
  ).filter(([manner]) => differs[manner] !== null);
  const never = new AbortController().signal;
  const failureOf = (sent: Promise<unknown>) =>
    sent.then(
      () => new Error('the message counted as sent'),
      (error: unknown) => error,
    );
  const expectDiscreet = ({ secrets }: SenderHarness, shown: string) => {
    for (const hidden of [TO, TO.slice(1), '493021', ...secrets]) expect(shown).not.toContain(hidden);
  };

  describe(`a sender of kind ${name}`, () => {
    test('sends one message, once, and tells its id', async () => {
      const harness = await open('accepts');
      expect(await harness.sender.send(TO, TEXT, never)).toEqual({ providerId: harness.id });
      expect(harness.asked).toEqual([{ to: TO, text: TEXT }]);
    });

    test('sends what a shell, a form or JSON would stumble over as it is', async () => {
      const harness = await open('accepts');
      await harness.sender.send(TO, AWKWARD, never);
      expect(harness.asked).toEqual([{ to: TO, text: AWKWARD }]);
    });

    test.each(ends)('a provider that %s makes it %s', async (manner, outcome) => {
      const harness = await open(manner);
      const failure = await failureOf(harness.sender.send(TO, TEXT, never));
      expect(failure).toBeInstanceOf(AttemptFailure);
      expect(failure).toMatchObject({ outcome });
      // What was found; what to do.
      expect(String(failure)).toMatch(/: .{5,}; .{5,}/);
      expectDiscreet(harness, String(failure));
      expect(harness.asked.length).toBe(manner === 'is away' ? 0 : 1);
    });

    test('ends with the signal while the provider is silent, and asks no second time', async () => {
      const harness = await open('hangs');
      const enough = new AbortController();
      const failed = failureOf(harness.sender.send(TO, TEXT, enough.signal));
      await harness.reached;
      enough.abort(new Error('enough'));
      expect(await failed).toMatchObject({ outcome: 'target_unreachable' });
      expect(harness.asked).toHaveLength(1);
    });

    test('asks nobody when the attempt has ended already', async () => {
      const harness = await open('accepts');
      const failure = await failureOf(harness.sender.send(TO, TEXT, AbortSignal.abort(new Error('over'))));
      expect(failure).toMatchObject({ outcome: 'target_unreachable' });
      expect(harness.asked).toEqual([]);
    });

    test('has its price in millionths, and hides its secrets', async () => {
      const { sender, settings, secrets } = await open('accepts');
      expect(sender.perSms).toBe(8300);
      for (const hidden of secrets) expect(JSON.stringify(settings)).not.toContain(hidden);
    });
  });
}
