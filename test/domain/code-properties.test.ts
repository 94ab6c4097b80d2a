import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCode } from '../../src/domain/code.ts';
import { normaliseCodeText } from '../../src/domain/code-text.ts';

/** Where `#` stands for the code. */
const TEMPLATES = [
  'Your Acme verification code is #. It expires in 10 minutes.',
  '# is your one-time passcode for Zephyr. Do not share it.',
  'OTP # for your payment of INR 2,450.00 on card XX1245 at 11:44 AM, 12-05-2025.',
  '<#> Kite code: #\nFA+9qCX9VSu',
  'Zephyr 2025: enter # to sign in. Order 88412. Questions? Call 1-800-555-0199.',
  '[Northwind] Your code is [#]. https://nw.example/t/889900?id=334455',
  'Ihr Bestätigungscode für Konto *4471 lautet #. Gültig bis 14:30 Uhr.',
  'Votre code de connexion est le #. Appelez le 01 84 20 11 73 en cas de doute.',
  'Tu código de verificación es #. Caduca en 15 minutos.',
  'Seu código de acesso é # para o pagamento de R$ 1.500,00.',
  'Il codice per autorizzare il pagamento di 45,90 EUR è #',
  'Je verificatiecode is #. Bel 0800-1234 bij vragen.',
  'Kod do logowania: #. Nie podawaj nikomu!',
  'Никому не говорите код #! Перевод 1 500 руб., карта *8812',
  'Ο κωδικός επαλήθευσής σας είναι #',
  'Doğrulama kodunuz: #. 3 dakika geçerlidir.',
  'رمز التحقق الخاص بك هو #',
  'کد تایید شما: #',
  'קוד האימות שלך הוא #',
  'आपका ओटीपी # है। यह 10 मिनट के लिए मान्य है।',
  'আপনার যাচাইকরণ কোড #',
  'รหัส OTP คือ # (Ref: KXWP) ใช้ได้ภายใน 5 นาที',
  'Mã xác thực của bạn là #. Giao dịch 88213.',
  'Kode verifikasi Anda # untuk transaksi Rp150.000.',
  '【蓝鲸】您的验证码是#，5分钟内有效，尾号8812。',
  '認証コード「#」を入力してください。有効期限は10分です。',
  '[Web발신] 인증번호 [#]를 입력해 주세요. 문의 1588-0000',
] as const;

const template = fc.constantFrom(...TEMPLATES);
const sixDigits = fc.integer({ min: 0, max: 999_999 }).map((value) => String(value).padStart(6, '0'));
const withCode = (text: string, code: string): string =>
  text.startsWith('<#>') ? `<#>${text.slice(3).replace('#', code)}` : text.replace('#', code);

test('a code in any template of any language is read back', () => {
  fc.assert(
    fc.property(template, sixDigits, (text, code) => {
      expect(readCode(withCode(text, code), null)).toEqual({ found: 'code', code });
    }),
    { numRuns: 1000 },
  );
});

test('the way in which digits are grouped does not change the code', () => {
  const grouping = fc.constantFrom('$1 $2', '$1-$2', '$1 - $2');
  fc.assert(
    fc.property(grouping, sixDigits, (groups, code) => {
      const written = code.replace(/(...)(...)/, groups);
      expect(readCode(`Your Acme verification code is ${written}.`, null)).toEqual({ found: 'code', code });
    }),
  );
});

const marks = fc.constantFrom(
  '\u200b',
  '\u200c',
  '\u200d',
  '\u200e',
  '\u200f',
  '\u202a',
  '\u202c',
  '\u2066',
  '\u2069',
  '\ufeff',
  '\u00ad',
);
const zeros = fc.constantFrom(
  0x0660,
  0x06f0,
  0x0966,
  0x09e6,
  0x0e50,
  0xff10,
  0x0be6,
  0x1040,
  0x1d7ce,
  0x1e950,
);

test('marks that nobody sees change nothing', () => {
  const places = fc.array(fc.tuple(fc.nat(), marks), { maxLength: 30 });
  fc.assert(
    fc.property(template, sixDigits, places, (text, code, insertions) => {
      let marked = withCode(text, code);
      for (const [at, mark] of insertions) {
        const place = at % (marked.length + 1);
        marked = marked.slice(0, place) + mark + marked.slice(place);
      }
      expect(readCode(marked, null)).toEqual({ found: 'code', code });
    }),
    { numRuns: 500 },
  );
});

test('digits of any script are read as ASCII', () => {
  fc.assert(
    fc.property(template, sixDigits, zeros, (text, code, zero) => {
      const foreign = withCode(text, code).replace(/\d/g, (digit) =>
        String.fromCodePoint(zero + Number(digit)),
      );
      expect(readCode(foreign, null)).toEqual({ found: 'code', code });
    }),
    { numRuns: 500 },
  );
});

/** Arbitrary text, often with what the reader looks for in it. */
const pieces = fc.constantFrom(
  'code ',
  'your code is ',
  ': ',
  '123456',
  '12 34 56',
  '123-456',
  'A1B2C3',
  ' 验证码',
  'رمز ',
  '٤٤٧١',
  '\n',
  '@example.com #',
  'x1245',
  '1.234,50 €',
  '+1 800',
  'G-',
  ' is your code',
  'QGFDAE',
  '***',
  '. ',
  '1 u 8 k',
  '\ud800',
  '\u0130',
  '\u0000',
  '\uffff',
);
const anyText = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 60 });

const bare = (value: string): string => value.replace(/[ -]/g, '');

test('any text has an answer, and a code that is answered stands in the text', () => {
  fc.assert(
    fc.property(anyText, (parts) => {
      const text = parts.join('');
      const result = readCode(text, null);
      if (result.found !== 'code') return;
      expect(bare(normaliseCodeText(text))).toContain(bare(result.code));
    }),
    { numRuns: 2000 },
  );
});
