import { describe, expect, it } from '@jest/globals';
import { toEmail } from './email.ts';
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
