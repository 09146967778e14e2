import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAscii } from 'node:buffer';
import { areAscii, parseJson, quoteFor, stringTraitsOf, StringTraits, writeJson } from './json.ts';

/** A JSON document of one text, with the escapes that a server may choose: as few as there must be, or all there can be. */
const written = fc.tuple(fc.string({ unit: 'binary' }), fc.boolean()).map(([text, asAscii]) => ({
  text,
  json: asAscii
    ? JSON.stringify(text).replace(
        /[^ -~]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    : JSON.stringify(text),
}));

const traitsOf = (json: string): StringTraits => stringTraitsOf(json, isAscii(Buffer.from(json)));

describe('strings', () => {
  it('are written as JSON, whatever escapes they came with', () => {
    fc.assert(
      fc.property(written, ({ text, json }) => {
        const traits = traitsOf(json);
        const quoted = quoteFor(traits)(text);
        expect(JSON.parse(quoted)).toBe(text);
        if (areAscii(traits)) expect(Buffer.from(quoted, 'latin1').toString()).toBe(quoted);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['{"a":"no \'escape\' /"}', StringTraits.Plain],
    ['{"a":"no \'escape\' / é 😀"}', StringTraits.BeyondAscii],
    [String.raw`{"a":"a \"quoted\" line\n"}`, StringTraits.ShortEscapes],
    [String.raw`{"a":"\u00e9"}`, StringTraits.LongEscapes],
    [String.raw`{"a":"\f é"}`, StringTraits.LongEscapes | StringTraits.BeyondAscii],
  ])('%s', (text, traits) => {
    expect(traitsOf(text)).toBe(traits);
  });
});

describe('numbers', () => {
  const digits = (max: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{0,${max}}$`));
  const number = fc
    .tuple(fc.constantFrom('', '-'), digits(40), fc.option(digits(30)), fc.option(fc.integer()))
    .map(
      ([sign, whole, fraction, exponent]) =>
        `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`,
    );

  it('keep what a JavaScript number would lose, wherever they stand', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), number), { minLength: 1 }), (members) => {
        const text = `{${members.map(([name, value], at) => `${JSON.stringify(`${at}${name}`)}:${value}`).join()}}`;
        const kept = writeJson(parseJson(text));
        for (const [, value] of members)
          if (!kept.includes(value)) expect(Number(JSON.stringify(Number(value)))).toBe(Number(value));
        expect(JSON.parse(kept)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it.each(['9007199254740993', '0.1000000000000000055', '1e400', '-12345678901234567890.5', '1E-400'])(
    '%s',
    (value) => {
      for (const text of [`[${value}]`, `{"a":${value}}`, `{"longer name": ${value}, "b":1}`])
        expect(writeJson(parseJson(text))).toContain(value);
    },
  );

  it('do not make a text without end one that is read without end', () => {
    const endless = `{"number":1e5,"text":"${String.raw`\"`.repeat(500_000)}`;
    expect(() => parseJson(endless)).toThrow(SyntaxError);
  });

  it('are not looked for in strings', () => {
    const value = { a: '12345678901234567890', b: 'x:1e400', c: '3e8-8e3' };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
  });
});
