export type FormValue = string | { readonly [name: string]: FormValue };
export type Form = Readonly<Record<string, FormValue>>;

const NAME = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;

/** Reads `a=1&b[c]=2` into `{ a: '1', b: { c: '2' } }`, as Stripe's clients write it. */
export function parseForm(text: string): Form {
  // Without a prototype: a field may be called anything.
  const form = Object.create(null) as Record<string, FormValue>;
  for (const [name, value] of new URLSearchParams(text)) {
    const [, first = name, rest = ''] = NAME.exec(name) ?? [];
    const path = [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, inner]) => inner ?? '')];
    let target = form;
    for (const step of path.slice(0, -1)) {
      const inner = target[step];
      const next = typeof inner === 'object' ? inner : (Object.create(null) as Record<string, FormValue>);
      target[step] = next;
      target = next;
    }
    target[path.at(-1) ?? name] = value;
  }
  return form;
}

/** @throws ApiError when the field is missing or no text. */
export function text(form: Form, name: string): string {
  const value = form[name];
  if (typeof value === 'string' && value !== '') return value;
  throw missing(name);
}

export function optionalText(form: Form, name: string): string | undefined {
  const value = form[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A whole positive number of minor units. @throws ApiError */
export function amount(form: Form, name: string): number {
  const value = Number(text(form, name));
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new ApiError(400, {
    type: 'invalid_request_error',
    code: 'parameter_invalid_integer',
    param: name,
    message: `Invalid positive integer: ${name}`,
  });
}

export function record(form: Form, name: string): Readonly<Record<string, string>> {
  const value = form[name];
  if (typeof value !== 'object') return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (typeof inner === 'string' ? [[key, inner]] : [])),
  );
}

type ErrorBody = Readonly<Record<string, unknown>> & { readonly type: string; readonly message: string };

/** An answer that is an error, in Stripe's shape. */
export class ApiError extends Error {
  readonly status: number;
  readonly error: ErrorBody;
  /** Whether it is the answer of its key for good: not when nothing was tried. */
  readonly isKept: boolean;

  constructor(status: number, error: ErrorBody, isKept = false) {
    super(error.message);
    this.name = 'ApiError';
    this.status = status;
    this.error = error;
    this.isKept = isKept;
  }
}

const missing = (name: string): ApiError =>
  new ApiError(400, {
    type: 'invalid_request_error',
    code: 'parameter_missing',
    param: name,
    message: `Missing required param: ${name}.`,
  });

export const noSuch = (kind: string, id: string, param = 'id'): ApiError =>
  new ApiError(param === 'id' ? 404 : 400, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    param,
    message: `No such ${kind}: '${id}'`,
  });
