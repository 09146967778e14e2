import type { ExecutionResult } from 'graphql';

type Path = readonly (string | number)[];

export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly path?: Path | undefined }[] | undefined;
}

/**
 * How the gateway's answer differs from that of one schema, or undefined.
 *
 * Data are the same to the last character. There are errors in the same cases, and one for every null that stands for
 * an error; their wording and number are the subgraphs'.
 */
export function differenceOf(expected: ExecutionResult, actual: Answer): string | undefined {
  if (JSON.stringify(actual.data) !== JSON.stringify(expected.data)) return 'data differ';
  const told = actual.errors ?? [];
  const caused = expected.errors ?? [];
  if (caused.length === 0) return told.length === 0 ? undefined : 'errors where there are none';
  if (told.length === 0) return 'no errors where there are some';
  const missing = caused.find(({ path = [] }) => {
    const nulled = nulledPart(expected.data, path);
    return !told.some((error) => meet(error.path ?? [], nulled));
  });
  return missing === undefined ? undefined : `no error for the null at ${(missing.path ?? []).join('.')}`;
}

/** The part of an error's path that is in the data: it ends at the null. */
function nulledPart(data: unknown, path: Path): Path {
  let value = data;
  for (const [index, step] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, index);
    value = (value as Record<string | number, unknown>)[step];
  }
  return path;
}

/** Whether one of two paths leads to the other. */
const meet = (a: Path, b: Path): boolean => a.slice(0, b.length).every((step, index) => step === b[index]);
