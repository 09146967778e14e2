import { StartupError } from '@tributary/service-kit';
import type { LastGood } from './last-good.ts';
import { follow, openRemoteSource, type RemoteSourceOptions } from './remote-source.ts';
import type { TextSource } from './text-source.ts';

export interface Kept {
  /** Undefined: nothing is kept. */
  readonly lastGood: LastGood | undefined;
  readonly lastGoodFile: string | undefined;
  /** Option that names the file. */
  readonly setting: string;
}

/**
 * Follows a text that others serve; while they are away at the start, beginning with the last good one.
 *
 * @throws StartupError when there is neither.
 */
export async function openKeptSource(
  remote: RemoteSourceOptions,
  { lastGood, lastGoodFile, setting }: Kept,
): Promise<TextSource> {
  const { what, url, logger, onUnavailable } = remote;
  try {
    return await openRemoteSource(remote);
  } catch (cause) {
    onUnavailable?.();
    const content = await lastGood?.read();
    if (content === undefined) {
      const fix =
        lastGoodFile === undefined
          ? `${setting} would keep one for this.`
          : `No last good one is in ${lastGoodFile} either.`;
      throw new StartupError(`Cannot get the ${what} ${url}: ${reasonOf(cause as Error)}. ${fix}`, {
        cause,
      });
    }
    logger.warn(
      { err: cause, 'url.full': url, 'file.path': lastGoodFile },
      `the ${what} source is away: beginning with the last good one`,
    );
    return { content, stop: follow(remote) };
  }
}

/** `fetch` says "fetch failed" and keeps to itself why. */
const reasonOf = ({ message, cause }: Error): string =>
  (cause as Partial<Error> | undefined)?.message || message;
