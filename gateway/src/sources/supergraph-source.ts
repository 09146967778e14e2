import { StartupError } from '@tributary/service-kit';
import { openFileSource } from './file-source.ts';
import { openLastGood, type LastGood } from './last-good.ts';
import { lookAtUplink, type UplinkOptions } from './look-at-uplink.ts';
import { lookAtUrl, type UrlOptions } from './look-at-url.ts';
import { follow, openRemoteSource, type RemoteSourceOptions } from './remote-source.ts';
import type { TextSource, TextSourceOptions } from './text-source.ts';

/** Where a supergraph comes from. */
export type SupergraphLocation =
  | { readonly kind: 'file'; readonly path: string; readonly lastGoodFile?: string | undefined }
  | ({ readonly kind: 'url' } & UrlOptions & Remote)
  | ({ readonly kind: 'uplink' } & UplinkOptions & Remote);

interface Remote {
  readonly pollIntervalMs: number;
  /** File that keeps the last one that could be served; undefined: none is kept. */
  readonly lastGoodFile: string | undefined;
}

export interface SupergraphSource extends TextSource {
  /** Undefined: nothing is kept. */
  readonly lastGood: LastGood | undefined;
}

type Options = Omit<TextSourceOptions, 'what'>;

/**
 * Opens a supergraph; while its source is away at the start, with the last good one.
 *
 * @throws StartupError when there is neither.
 */
export async function openSupergraphSource(
  location: SupergraphLocation,
  given: Options,
): Promise<SupergraphSource> {
  const options = { ...given, what: 'supergraph' };
  const { lastGoodFile } = location;
  const lastGood = lastGoodFile === undefined ? undefined : openLastGood(lastGoodFile, options.logger);
  if (location.kind === 'file') {
    const source = await openFileSource({ ...options, path: location.path, option: '--supergraph' });
    return { ...source, lastGood };
  }
  const { pollIntervalMs } = location;
  const look = location.kind === 'url' ? lookAtUrl(location) : lookAtUplink(location);
  const remote: RemoteSourceOptions = { ...options, url: describeLocation(location), pollIntervalMs, look };
  try {
    return { ...(await openRemoteSource(remote)), lastGood };
  } catch (cause) {
    options.onUnavailable?.();
    const content = await lastGood?.read();
    if (content === undefined) throw awayAtStart(remote.url, cause as Error, lastGoodFile);
    options.logger.warn(
      { err: cause, 'url.full': remote.url, 'file.path': lastGoodFile },
      'the supergraph source is away: beginning with the last good one',
    );
    return { content, lastGood, stop: follow(remote) };
  }
}

/** For people; nothing secret is in it. */
export const describeLocation = (location: SupergraphLocation): string =>
  location.kind === 'file'
    ? location.path
    : location.kind === 'url'
      ? location.url
      : `${location.graphRef} at ${location.endpoints.join(', ')}`;

const awayAtStart = (url: string, cause: Error, lastGoodFile: string | undefined): StartupError =>
  new StartupError(
    `Cannot get the supergraph ${url}: ${reasonOf(cause)}. ${
      lastGoodFile === undefined
        ? 'supergraph_source.last_good would keep one for this.'
        : `No last good one is in ${lastGoodFile} either.`
    }`,
    { cause },
  );

/** `fetch` says "fetch failed" and keeps to itself why. */
const reasonOf = ({ message, cause }: Error): string =>
  (cause as Partial<Error> | undefined)?.message || message;
