import * as z from 'zod';

/**
 * Something that happened to one thing (the aggregate), as others are told of it.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export const DomainEvent = z.object({
  specversion: z.literal('1.0'),
  /** The same in every delivery: by it a receiver knows what it has had. */
  id: z.string(),
  /** The service that says so. */
  source: z.string(),
  /** `user.updated` for example. */
  type: z.string(),
  /** Typed id of the aggregate. */
  subject: z.string(),
  time: z.iso.datetime(),
  /** Version of the aggregate: what has a lower one than was seen before is old. */
  sequence: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type DomainEvent = z.infer<typeof DomainEvent>;
