import type { Doc } from '../../bson/value.ts';
import type { Collation } from '../../query/collation.ts';
import type { Query } from '../../query/run-query.ts';
import type { Variables } from '../expression.ts';

/** What a stage may use besides its input. */
export interface StageContext {
  readonly variables: Variables;
  /** What `$match`, `$sort` and `$group` compare text by. */
  readonly collation?: Collation | undefined;
  /** Runs a query on another collection of the same database, through its indexes. */
  readonly lookup: (collection: string, query: Query) => Doc[];
}

export type Stage = (docs: readonly Doc[], context: StageContext) => Doc[];
export type StageCompiler = (operand: unknown, name: string) => Stage;
