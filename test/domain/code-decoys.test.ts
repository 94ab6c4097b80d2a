import { expect, test } from 'vitest';
import { blankDecoys, blankedSpans } from '../../src/domain/code-decoys.ts';
import { foldWords, normaliseCodeText } from '../../src/domain/code-text.ts';

const digitsLeft = (text: string): string =>
  blankDecoys(foldWords(normaliseCodeText(text))).replace(/\D/g, '');

test.each([
  'https://acme.example/v/889900?id=334455',
  'www.acme.example/1234',
  'acme.example/r?t=77120',
  'sam1984@mail.example',
  '@acme2024',
  'shop24.com',
  'hello FA+9qCX9VSu',
  '550e8400-e29b-41d4-a716-446655440000',
  '300 seconds',
  '120s',
  '180秒',
  '5 минут',
  '10분',
  '14:30',
  '11h44',
  'at 1430',
  '9:15:20',
  '12-05-2025',
  '03/11/25',
  '2025-11-03',
  '24MAR2025',
  '2015-2025',
  '2025年5月12日',
  '24/7',
  '20%',
  '5000 MB',
  '1st',
  '$1,204.55',
  '45,90 €',
  'INR 2,450.00',
  'Rs.500',
  '1500р.',
  '1.250.000 VND',
  '1500元',
  '¥3000',
  '250 ريال',
  '₹5,000',
  'R$ 1.500,00',
  '198.51.100.24',
  'v4.12.1',
  '+1 800 555 0199',
  '(020) 7946 0018',
  '555-010-0199',
  '01 84 20 11 73',
  '0800 123 4567',
  '1-800-555-0199',
  'call 1930',
  'Call us on 5550199',
  '致电95588',
  '문의 1588-0000',
  'sent to 5550142',
  '*123#',
  '4111 1111 1111 1111',
  'DE89 3704 0044 0532 0130 00',
  'XX1245',
  '**** **** 0917',
  '*8812',
  '4821xx9921',
  '...4567',
  'ending in 4567',
  'terminada en 8812',
  '尾号8812',
  '끝자리 4471',
  '1234로 끝나는',
  'المنتهية بـ 4471',
  'Transaction ID 1533',
  'order #88412',
  'Bestellung 20988',
  'заказ №55120',
  '订单号20250911',
  '注文番号 88213',
  'הזמנה 4471',
  'Ref: 7C41',
  'INV-20391',
  'card 4821',
  'account 4829137',
  'room 1204',
])('%s is no code', (text) => {
  expect(digitsLeft(text)).toBe('');
});

test.each([
  ['482913', '482913'],
  ['482 913', '482913'],
  ['482-913', '482913'],
  ['48 29 13', '482913'],
  ['7 Q 2 H 4 T', '724'],
  ['1-u-8-k-u-f', '18'],
  ['G-482913', '482913'],
  ['code:482913.Do not share', '482913'],
  ['482913,10分钟', '482913'],
  ['OTP 482913 INR 500', '482913'],
  ['*482913*', '482913'],
  ['sent to you: 482913', '482913'],
  ['your card: 482913', '482913'],
  ['482913 is', '482913'],
])('%s stays', (text, left) => {
  expect(digitsLeft(text)).toBe(left);
});

test('what is blanked keeps its place', () => {
  const text = 'call 1930 or 482913';
  expect(blankDecoys(text)).toHaveLength(text.length);
  expect(blankedSpans(blankDecoys(text))).toEqual([{ start: 0, end: 9 }]);
});
