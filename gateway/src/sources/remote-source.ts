import { setTimeout as delay } from 'node:timers/promises';
import { poll } from './poll.ts';
import { offer, type TextSource, type TextSourceOptions } from './text-source.ts';

/** What a look at a remote source brought; undefined content: nothing new. */
export interface Look {
  readonly content: string | undefined;
  /** Least time until the next look, in milliseconds. */
  readonly minDelayMs?: number;
}

export interface RemoteSourceOptions extends TextSourceOptions {
  /** Where it is, for the log; nothing secret in it. */
  readonly url: string;
  readonly pollIntervalMs: number;
  /** Asks for what is newer than the last look. Rejects when the source gives none. */
  readonly look: () => Promise<Look>;
}

const FIRST_LOOKS = 3;
const FIRST_PAUSE_MS = 500;

/**
 * Follows a text that others serve.
 *
 * @throws what the third look throws when nothing could be had at the start. Later, a source that is away only means
 *   that what was last good stays.
 */
export async function openRemoteSource(options: RemoteSourceOptions): Promise<TextSource> {
  return { content: await firstContent(options), stop: follow(options) };
}

/** Looks again and again, without a first content. @returns What ends it. */
export function follow(options: RemoteSourceOptions): () => void {
  const { url, pollIntervalMs, look, logger, what, onUnavailable } = options;
  let minDelayMs = 0;
  let isAway = false;
  return poll({
    everyMs: () => Math.max(pollIntervalMs, minDelayMs),
    look: async () => {
      const { content, minDelayMs: asked = 0 } = await look();
      minDelayMs = asked;
      if (isAway) logger.info({ 'url.full': url }, `${what} source is back`);
      isAway = false;
      if (content !== undefined) await offer(content, options, { 'url.full': url });
    },
    onError: (error) => {
      onUnavailable?.();
      if (!isAway)
        logger.warn({ err: error, 'url.full': url }, `${what} source is away, keeping the old one`);
      isAway = true;
    },
  });
}

async function firstContent({ look, what }: RemoteSourceOptions): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { content } = await look();
      if (content !== undefined) return content;
      throw new Error(`there is no ${what} yet`);
    } catch (error) {
      if (attempt === FIRST_LOOKS) throw error;
      await delay(FIRST_PAUSE_MS * attempt);
    }
  }
}
