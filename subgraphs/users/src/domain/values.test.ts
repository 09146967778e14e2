import { describe, expect, it } from '@jest/globals';
import { toNetwork } from '@tributary/subgraph-kit';
import { toEmail } from './email.ts';
import { isEasyToGuess } from './is-easy-to-guess.ts';
import { toLocale } from './locale.ts';
import { toE164 } from './phone-number.ts';
import { readText } from './text.ts';
import { toWebAddress } from './web-address.ts';

describe('readText', () => {
  it.each([
    ['  Ada  ', { kind: 'text', value: 'Ada' }],
    ['e\u0301', { kind: 'text', value: '\u00e9' }],
    ['', { kind: 'empty' }],
    [' \u00a0\u3000 ', { kind: 'empty' }],
    ['\u200b\u200d', { kind: 'empty' }],
    ['🦉🦉🦉🦉🦉', { kind: 'text', value: '🦉🦉🦉🦉🦉' }],
    ['sixsix', { kind: 'too-long' }],
    ['x'.repeat(10_000_000), { kind: 'too-long' }],
    ['a\tb', { kind: 'forbidden-character' }],
    ['\ud83e', { kind: 'forbidden-character' }],
  ])('reads %j', (raw, expected) => {
    expect(readText(raw, 5)).toEqual(expected);
  });
});

describe('toE164', () => {
  it.each([
    ['+49 (30) 901-820', '+4930901820'],
    ['+1.202.555.0107', '+12025550107'],
    ['030 901820', undefined],
    ['+0 123', undefined],
    ['+1234567890123456', undefined],
    ['+49 30 x', undefined],
    ['', undefined],
  ])('reads %j as %j', (raw, expected) => {
    expect(toE164(raw)).toBe(expected);
  });
});

describe('toLocale', () => {
  it.each([
    ['en', 'en'],
    ['ZH-hant-tw', 'zh-Hant-TW'],
    ['no locale', undefined],
    ['', undefined],
    ['x'.repeat(1_000), undefined],
  ])('reads %j as %j', (raw, expected) => {
    expect(toLocale(raw)).toBe(expected);
  });
});

describe('toWebAddress', () => {
  it.each([
    ['https://example.org', 'https://example.org/'],
    ['http://example.org/ä', 'http://example.org/%C3%A4'],
    ['data:text/html,x', undefined],
    ['https://user@example.org', undefined],
    ['/me.png', undefined],
    [`https://example.org/${'x'.repeat(2_000)}`, undefined],
  ])('reads %j as %j', (raw, expected) => {
    expect(toWebAddress(raw)).toBe(expected);
  });
});

describe('toEmail', () => {
  it('keeps the address as written and folds its key', () => {
    expect(toEmail('Ada.L@Example.ORG')).toEqual({ address: 'Ada.L@Example.ORG', key: 'ada.l@example.org' });
  });

  it('refuses what no mail server accepts', () => {
    expect(toEmail(`${'x'.repeat(65)}@example.org`)).toBeUndefined();
    expect(toEmail(`x@${'a.'.repeat(130)}org`)).toBeUndefined();
  });
});

describe('toNetwork', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
    ['2001:0DB8:0000:0007:9999::', '2001:db8:0:7::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', undefined],
    ['', undefined],
    ['203.0.113.7, evil', undefined],
  ])('reads %j as %j', (address, network) => {
    expect(toNetwork(address)).toBe(network);
  });
});

describe('isEasyToGuess', () => {
  it.each([
    'passwordpassword',
    'Password1234567',
    'P@ssw0rdP@ssw0rd',
    '123456789012345',
    'qwertyuiopasdfgh',
    'iloveyou1234567890',
    '1qaz2wsx3edc4rfv',
    'zyxwvutsrqponml',
    'x'.repeat(128),
    '🦉'.repeat(15),
    'letmeinletmeinlet',
  ])('knows %j', (password) => {
    expect(isEasyToGuess(password)).toBe(true);
  });

  it.each([
    'correct horse battery staple',
    'three blind mice',
    'crème brûlée forever',
    'orange sofa lantern',
    'hj4$kFQz!9pRw8#v',
    '佐藤さんの猫は毎朝五時に起きる',
    '🦉🐈🦊🐻🐼🦁🐯🐨🐸🐵🐔🐧🐦🐤🦆',
  ])('lets %j pass', (password) => {
    expect(isEasyToGuess(password)).toBe(false);
  });
});
