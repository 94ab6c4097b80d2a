import { expect, test } from 'vitest';
import { emailFactor } from '../../src/factors/email.ts';

test('the code of a mail is read from its subject or its text, among what else mails say', () => {
  const read = (text: string) => emailFactor.read(text, null);
  const code = (text: string) => ({ found: 'code', code: text });
  expect(emailFactor).toMatchObject({ kind: 'email', delivered: true, reaches: 'address' });
  expect(read('493021 is your ACME code\nHello Ada,\nsomebody signs in to your account.')).toEqual(
    code('493021'),
  );
  expect(
    read(
      'Your sign-in code\nHello Ada,\nYour verification code is:\n493021\nIt is valid for 10 minutes.\n' +
        'ACME Ltd, 1200 Market Street, San Francisco, CA 94103\nUnsubscribe: https://acme.example/u/8842211\n© 2026 ACME',
    ),
  ).toEqual(code('493021'));
  expect(read('Welcome\nThank you for joining ACME.')).toEqual({ found: 'none' });
});
