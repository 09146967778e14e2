import type { Books } from './books.ts';
import type { Form } from './form.ts';
import type { BookObject } from './objects.ts';
import type { TestCard } from './test-cards.ts';

export interface OperationContext {
  readonly books: Books;
  readonly form: Form;
  /** What stands in the path, in order. */
  readonly ids: readonly string[];
  /** Origin of the pages that buyers are sent to. */
  readonly publicUrl: string;
}

export interface Outcome {
  readonly body: unknown;
  /** 200 when not given. */
  readonly status?: number;
  /** Written together with the answer of the request's key. */
  readonly put?: readonly BookObject[];
}

export interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: RegExp;
  readonly run: (context: OperationContext) => Outcome;
  /** The card that decides how this request is answered. */
  readonly cardOf?: (context: OperationContext) => TestCard | undefined;
}

export const list = (data: readonly unknown[], url: string, hasMore = false): unknown => ({
  object: 'list',
  data,
  has_more: hasMore,
  url,
});
