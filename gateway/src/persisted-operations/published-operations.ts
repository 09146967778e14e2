import type { Logger } from '@tributary/service-kit';
import type { UplinkOptions } from '../sources/ask-uplink.ts';
import { openKeptSource } from '../sources/kept-source.ts';
import { openLastGood } from '../sources/last-good.ts';
import type { TextSource } from '../sources/text-source.ts';
import { lookAtPublished } from './look-at-published.ts';

export interface RegistryList extends UplinkOptions {
  readonly pollIntervalMs: number;
  /** File that keeps the last one; undefined: none is kept. */
  readonly lastGoodFile: string | undefined;
}

/** For people; nothing secret is in it. */
export const describeList = ({ graphRef, endpoints }: RegistryList): string =>
  `the list of ${graphRef} at ${endpoints.join(', ')}`;

/**
 * Follows the operations that were published to a registry, and keeps each list that `onChange` takes.
 *
 * @throws StartupError when there is none at the start.
 */
export async function openPublished(
  list: RegistryList,
  { logger, onChange }: { readonly logger: Logger; readonly onChange: (manifest: string) => Promise<void> },
): Promise<TextSource> {
  const what = 'list of persisted operations';
  const { lastGoodFile } = list;
  const lastGood = lastGoodFile === undefined ? undefined : openLastGood(lastGoodFile, what, logger);
  const source = await openKeptSource(
    {
      what,
      logger,
      url: describeList(list),
      pollIntervalMs: list.pollIntervalMs,
      look: lookAtPublished(list),
      onChange: async (manifest) => {
        await onChange(manifest);
        await lastGood?.keep(manifest);
      },
    },
    { lastGood, lastGoodFile, setting: 'persisted_queries.registry.last_good' },
  );
  await lastGood?.keep(source.content);
  return source;
}
