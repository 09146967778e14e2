/** Polls that come at the same moment from every instance would arrive as one. */
const JITTER = 0.1;

export interface PollOptions {
  /** How long to wait after one look before the next, in milliseconds. */
  readonly everyMs: () => number;
  readonly look: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/**
 * Looks again and again, never twice at a time. Files too are polled, not watched: inotify tells nothing about bind
 * mounts, and editors replace files in a dozen ways.
 *
 * @returns What ends it.
 */
export function poll({ everyMs, look, onError }: PollOptions): () => void {
  let isStopped = false;
  let timer: NodeJS.Timeout;
  const next = (): void => {
    if (isStopped) return;
    timer = setTimeout(
      () => {
        look().catch(onError).finally(next);
      },
      everyMs() * (1 + JITTER * (Math.random() - 0.5)),
    ).unref();
  };
  next();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
