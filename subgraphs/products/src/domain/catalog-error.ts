export type CatalogErrorCode =
  | 'INVALID'
  | 'REQUIRED'
  | 'NOT_FOUND'
  | 'DUPLICATE_SKU'
  | 'DUPLICATE_SLUG'
  | 'DUPLICATE_REVIEW'
  | 'VERSION_MISMATCH'
  | 'NOT_PUBLISHABLE'
  | 'CATEGORY_CYCLE'
  | 'LIMIT_EXCEEDED';

/** `type CatalogInputError`, ready to be returned. */
export interface CatalogInputError {
  readonly __typename: 'CatalogInputError';
  readonly code: CatalogErrorCode;
  readonly message: string;
  readonly field: readonly string[];
}

export type FieldPath = readonly string[];

export function catalogError(code: CatalogErrorCode, field: FieldPath, message: string): CatalogInputError {
  return { __typename: 'CatalogInputError', code, message, field };
}

/** Every problem of one input, found before anything is done: a form shows them together. */
export interface Problems {
  readonly list: readonly CatalogInputError[];
  add(code: CatalogErrorCode, field: FieldPath, message: string): void;
}

export function collectProblems(): Problems {
  const list: CatalogInputError[] = [];
  return {
    list,
    add: (code, field, message) => {
      list.push(catalogError(code, field, message));
    },
  };
}
