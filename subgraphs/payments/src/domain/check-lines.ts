import { isPrintable } from './text.ts';
import { inputError, type InputError } from './user-error.ts';

const MAX_LINES = 100;
const MAX_QUANTITY = 10_000;
const MAX_ID_LENGTH = 100;

export interface CheckoutLine {
  readonly variantId: string;
  readonly quantity: number;
}

/** How many pieces they are. */
export const unitsOf = (lines: readonly CheckoutLine[]): number =>
  lines.reduce((units, { quantity }) => units + quantity, 0);

/** What is wrong with lines by themselves; whether they can be sold is for products to say. */
export function checkLines(lines: readonly CheckoutLine[], errors: InputError[]): void {
  const field = ['input', 'lines'];
  if (lines.length === 0) errors.push(inputError('REQUIRED', field, 'There is nothing to buy.'));
  if (lines.length > MAX_LINES) {
    errors.push(inputError('LIMIT_EXCEEDED', field, `A checkout has at most ${MAX_LINES} lines.`));
    return;
  }
  const seen = new Set<string>();
  lines.forEach(({ variantId, quantity }, index) => {
    const line = [...field, String(index)];
    if (quantity < 1 || quantity > MAX_QUANTITY) {
      errors.push(inputError('INVALID', [...line, 'quantity'], `A quantity is 1 to ${MAX_QUANTITY}.`));
    }
    if (variantId === '' || variantId.length > MAX_ID_LENGTH || !isPrintable(variantId)) {
      errors.push(inputError('NOT_FOUND', [...line, 'variantId'], 'There is no such variant.'));
    } else if (seen.has(variantId)) {
      errors.push(
        inputError('INVALID', [...line, 'variantId'], 'This variant is on an earlier line already.'),
      );
    }
    seen.add(variantId);
  });
}
