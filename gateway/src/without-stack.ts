/**
 * Creates an error that is part of an answer, or does what creates some: where in this program it was written down says
 * nothing, finding out takes longer than the rest of it, and while a subgraph fails there are thousands a second.
 */
export function withoutStack<T>(create: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return create();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
