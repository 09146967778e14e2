import type { UplinkOptions } from './ask-uplink.ts';
import { openFileSource } from './file-source.ts';
import { openKeptSource } from './kept-source.ts';
import { openLastGood, type LastGood } from './last-good.ts';
import { lookAtUplink } from './look-at-uplink.ts';
import { lookAtUrl, type UrlOptions } from './look-at-url.ts';
import type { RemoteSourceOptions } from './remote-source.ts';
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
  const lastGood =
    lastGoodFile === undefined ? undefined : openLastGood(lastGoodFile, options.what, options.logger);
  if (location.kind === 'file') {
    const source = await openFileSource({ ...options, path: location.path, option: '--supergraph' });
    return { ...source, lastGood };
  }
  const { pollIntervalMs } = location;
  const look = location.kind === 'url' ? lookAtUrl(location) : lookAtUplink(location);
  const remote: RemoteSourceOptions = { ...options, url: describeLocation(location), pollIntervalMs, look };
  const setting = 'supergraph_source.last_good';
  return { ...(await openKeptSource(remote, { lastGood, lastGoodFile, setting })), lastGood };
}

/** For people; nothing secret is in it. */
export const describeLocation = (location: SupergraphLocation): string =>
  location.kind === 'file'
    ? location.path
    : location.kind === 'url'
      ? location.url
      : `${location.graphRef} at ${location.endpoints.join(', ')}`;
