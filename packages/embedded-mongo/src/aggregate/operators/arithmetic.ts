import { Decimal128, Double, Int32, Long } from 'bson';
import { MongoError } from '../../errors.ts';
import {
  addNumeric,
  divideNumeric,
  exactOf,
  integer,
  isNumeric,
  moduloNumeric,
  multiplyNumeric,
  numericKind,
  subtractNumeric,
  toDouble,
  toInteger,
  type Numeric,
} from '../../bson/numbers.ts';
import { toDecimal128 } from '../../bson/decimal.ts';
import { typeName } from '../../bson/types.ts';
import { compileList, isNil, pure, type OperatorCompiler, type OperatorTable } from './arguments.ts';

function numeric(value: unknown, name: string): Numeric {
  if (isNumeric(value)) return value;
  throw new MongoError('TypeMismatch', `${name} only supports numeric types, not ${typeName(value)}`);
}

const add: OperatorCompiler = (operand, name) => {
  const list = compileList(operand);
  return (scope) => {
    let sum: Numeric = new Int32(0);
    let isDate = false;
    for (const evaluate of list) {
      const value = evaluate(scope);
      if (isNil(value)) return null;
      if (value instanceof Date) {
        if (isDate) throw new MongoError(16612, 'only one date allowed in an $add expression');
        isDate = true;
        sum = addNumeric(sum, Long.fromNumber(value.getTime()));
      } else {
        sum = addNumeric(sum, numeric(value, name));
      }
    }
    return isDate ? new Date(Math.trunc(toDouble(sum))) : sum;
  };
};

const subtract = pure(2, 2, (a, b) => {
  if (isNil(a) || isNil(b)) return null;
  if (a instanceof Date && b instanceof Date) return Long.fromNumber(a.getTime() - b.getTime());
  if (a instanceof Date) return new Date(a.getTime() - Math.trunc(toDouble(numeric(b, '$subtract'))));
  return subtractNumeric(numeric(a, '$subtract'), numeric(b, '$subtract'));
});

const multiply: OperatorCompiler = (operand, name) => {
  const list = compileList(operand);
  return (scope) => {
    let product: Numeric = new Int32(1);
    for (const evaluate of list) {
      const value = evaluate(scope);
      if (isNil(value)) return null;
      product = multiplyNumeric(product, numeric(value, name));
    }
    return product;
  };
};

function binary(name: string, apply: (a: Numeric, b: Numeric) => unknown): OperatorCompiler {
  return pure(2, 2, (a, b) => (isNil(a) || isNil(b) ? null : apply(numeric(a, name), numeric(b, name))));
}

function unary(name: string, apply: (value: Numeric) => unknown): OperatorCompiler {
  return pure(1, 1, (value) => (isNil(value) ? null : apply(numeric(value, name))));
}

/** Functions of reals answer a double, whatever came in. */
function real(name: string, apply: (value: number) => number): OperatorCompiler {
  return unary(name, (value) => new Double(apply(toDouble(value))));
}

/** Whole numbers stay what they are; a double stays a double after rounding. */
function rounding(apply: (value: number) => number): (value: Numeric) => Numeric {
  return (value) => {
    const kind = numericKind(value);
    if (kind === 'int' || kind === 'long') return value;
    return kind === 'decimal' ? roundDecimal(value, 0, apply) : new Double(apply(toDouble(value)));
  };
}

function roundDecimal(value: Numeric, places: number, apply: (value: number) => number): Numeric {
  const exact = exactOf(value);
  if (typeof exact === 'number' || exact.exponent >= -places) return value;
  const unit = 10n ** BigInt(-places - exact.exponent);
  const whole = exact.coefficient / unit;
  // Only the sign and size of the fraction matter to the rounding function, so a small double carries them.
  const fraction = Number(((exact.coefficient % unit) * 10_000n) / unit) / 10_000;
  const odd = whole % 2n === 0n ? 0 : 1;
  return toDecimal128({
    coefficient: whole - BigInt(odd) + BigInt(apply(odd + fraction)),
    exponent: -places,
  });
}

/** Rounds half to even, as IEEE and MongoDB do; JavaScript rounds half up. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function placed(name: string, apply: (value: number) => number): OperatorCompiler {
  return pure(1, 2, (value, digits) => {
    if (isNil(value) || (digits !== undefined && isNil(digits))) return null;
    const number = numeric(value, name);
    const places = digits === undefined ? 0 : Number(toInteger(numeric(digits, name)) ?? Number.NaN);
    if (!(places >= -20 && places <= 100))
      throw new MongoError(51083, `cannot apply ${name} with precision value ${String(places)}`);
    const kind = numericKind(number);
    if (kind === 'decimal') return roundDecimal(number, places, apply);
    if (kind !== 'double') {
      if (places >= 0) return number;
      const unit = 10n ** BigInt(-places);
      const whole = toInteger(number) ?? 0n;
      const scaled = apply(Number(whole % (2n * unit)) / Number(unit));
      return integer(whole - (whole % (2n * unit)) + BigInt(scaled) * unit, kind === 'int' ? 'int' : 'long');
    }
    const double = toDouble(number);
    if (!Number.isFinite(double)) return number;
    if (places === 0) return new Double(apply(double));
    // Through exponent notation: multiplying by 10^n first would round twice.
    return new Double(Number(`${apply(shift(double, places))}e${-places}`));
  });
}

function shift(value: number, places: number): number {
  const [digits = '0', power = '0'] = String(value).split('e');
  return Number(`${digits}e${Number(power) + places}`);
}

const power = binary('$pow', (base, exponent) => {
  const [b, e] = [toInteger(base), toInteger(exponent)];
  const [kindB, kindE] = [numericKind(base), numericKind(exponent)];
  const whole = (kindB === 'int' || kindB === 'long') && (kindE === 'int' || kindE === 'long');
  if (whole && b !== undefined && e !== undefined && e >= 0n && e < 64n) {
    const result = b ** e;
    if (result >= -(2n ** 63n) && result < 2n ** 63n)
      return integer(result, kindB === 'int' && kindE === 'int' ? 'int' : 'long');
  }
  const result = toDouble(base) ** toDouble(exponent);
  return kindB === 'decimal' || kindE === 'decimal'
    ? Decimal128.fromStringWithRounding(String(result))
    : new Double(result);
});

export const ARITHMETIC: OperatorTable = {
  $add: add,
  $subtract: subtract,
  $multiply: multiply,
  $divide: binary('$divide', divideNumeric),
  $mod: binary('$mod', moduloNumeric),
  $abs: unary('$abs', (value) => (toDouble(value) < 0 ? subtractNumeric(new Int32(0), value) : value)),
  $ceil: unary('$ceil', rounding(Math.ceil)),
  $floor: unary('$floor', rounding(Math.floor)),
  $round: placed('$round', roundHalfEven),
  $trunc: placed('$trunc', Math.trunc),
  $pow: power,
  $sqrt: real('$sqrt', Math.sqrt),
  $exp: real('$exp', Math.exp),
  $ln: real('$ln', Math.log),
  $log10: real('$log10', Math.log10),
  $log: binary('$log', (value, base) => new Double(Math.log(toDouble(value)) / Math.log(toDouble(base)))),
};
