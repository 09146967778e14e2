import type { OperatorTable } from './arguments.ts';
import { ACCUMULATING } from './accumulating.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { ARRAYS } from './arrays.ts';
import { COMPARISON } from './comparison.ts';
import { CONDITIONAL } from './conditional.ts';
import { MINGO_OPERATORS } from './mingo.ts';
import { OBJECTS } from './objects.ts';
import { SETS } from './sets.ts';
import { TEXT } from './text.ts';
import { TYPES } from './types.ts';

/** Every aggregation expression operator this server knows. */
export const EXPRESSION_OPERATORS: OperatorTable = {
  ...MINGO_OPERATORS,
  ...ACCUMULATING,
  ...ARITHMETIC,
  ...ARRAYS,
  ...COMPARISON,
  ...CONDITIONAL,
  ...OBJECTS,
  ...SETS,
  ...TEXT,
  ...TYPES,
};
