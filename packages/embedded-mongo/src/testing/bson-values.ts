/** Tests only: arbitrary BSON values, few enough distinct ones that they meet. */
import { Binary, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';

const text = fc.constantFrom('', 'a', 'ab', 'b', 'a\0', 'é', '\u{1f600}', '\uffee');
const numbers = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((value) => new Int32(value)),
  fc
    .constantFrom(-1.5, 0, -0, 0.1, 1, 2.5, 1e300, -1e300, 5e-324, Number.NaN, Infinity, -Infinity)
    .map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc
    .constantFrom(2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 1n, 2n ** 63n - 1n)
    .map((value) => Long.fromBigInt(value)),
  fc
    .constantFrom(
      '0.1',
      '1',
      '1.0',
      '-2.5',
      '9007199254740993',
      '1E+300',
      '9.999999999999999999999999999999999E-10',
    )
    .map((value) => Decimal128.fromString(value)),
  fc.double({ noNaN: true }).map((value) => new Double(value)),
);
const scalars = fc.oneof(
  { weight: 4, arbitrary: numbers },
  { weight: 2, arbitrary: text },
  fc.constantFrom(null, true, false, new MinKey(), new MaxKey()),
  fc.constantFrom(0, 1, -1, 1_700_000_000_000).map((ms) => new Date(ms)),
  fc.constantFrom('000000000000000000000001', 'ffffffffffffffffffffffff').map((hex) => new ObjectId(hex)),
  fc.constantFrom([], [1], [2], [1, 2], [255]).map((bytes) => new Binary(Uint8Array.from(bytes))),
  fc.constantFrom(1, 2).map((t) => new Timestamp({ t, i: 1 })),
);

export const bsonValues: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    { weight: 5, arbitrary: scalars },
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
