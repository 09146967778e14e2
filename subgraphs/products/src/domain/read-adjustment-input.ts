import type { Problems } from './catalog-error.ts';
import { readOptionalText, readText } from './read-text.ts';
import { REASON, REFERENCE } from './text-rules.ts';

export interface InventoryAdjustInput {
  readonly variantId: string;
  readonly delta: number;
  readonly reason: string;
  readonly reference?: string | null;
  readonly idempotencyKey: string;
}

const MIN_KEY_LENGTH = 8;
const KEY = {
  maxLength: 255,
  pattern: {
    test: new RegExp(`^.{${MIN_KEY_LENGTH},}$`, 'u'),
    says: `A key is ${MIN_KEY_LENGTH} to 255 characters long.`,
  },
};

export function readAdjustmentInput(problems: Problems, input: InventoryAdjustInput): InventoryAdjustInput {
  if (input.delta === 0) problems.add('INVALID', ['input', 'delta'], 'A change of 0 changes nothing.');
  return {
    variantId: input.variantId,
    delta: input.delta,
    reason: readText(problems, ['input', 'reason'], input.reason, REASON),
    reference: readOptionalText(problems, ['input', 'reference'], input.reference, REFERENCE),
    idempotencyKey: readText(problems, ['input', 'idempotencyKey'], input.idempotencyKey, KEY),
  };
}
