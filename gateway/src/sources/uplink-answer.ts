import * as z from 'zod';

export const minDelaySeconds = z.number().min(0).optional();

/** What Uplink answers in the place of something new. */
export const NOTHING_NEW = [
  z.object({ __typename: z.literal('Unchanged'), minDelaySeconds }),
  z.object({ __typename: z.literal('FetchError'), code: z.string(), message: z.string() }),
] as const;

/** @throws when an answer has not the shape, or is an error. */
export function readUplink<T extends { readonly __typename: string }>(
  shape: z.ZodType<T>,
  answer: unknown,
): Exclude<T, { readonly __typename: 'FetchError' }> {
  const { data, success } = shape.safeParse(answer);
  if (!success) throw new Error('its answer is not one of Uplink');
  if (isError(data)) throw new Error(`${data.code}: ${data.message}`);
  return data as Exclude<T, { readonly __typename: 'FetchError' }>;
}

const isError = (data: {
  readonly __typename: string;
}): data is { readonly __typename: 'FetchError'; readonly code: string; readonly message: string } =>
  data.__typename === 'FetchError';
