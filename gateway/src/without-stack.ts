/**
 * Creates an error that is part of an answer: where in this program it was written down says nothing, finding out takes longer
 * than the rest of it, and while a subgraph fails there are thousands a second.
 */
export function withoutStack<T extends Error>(create: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return create();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
