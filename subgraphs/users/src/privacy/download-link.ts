import type { Sealer } from '@tributary/subgraph-kit';
import { DOWNLOAD_LINK_MS } from '../domain/data-export.ts';

const PURPOSE = 'data-export-link';
/** Where documents are downloaded, with a trailing slash. */
export const DOWNLOAD_PATH = '/data-exports/';

/** A URL that gives the document to whoever opens it within a quarter of an hour. */
export function createDownloadLink(exportId: string, baseUrl: string, sealer: Sealer, now: Date): string {
  const claim = JSON.stringify([exportId, now.getTime() + DOWNLOAD_LINK_MS]);
  return `${baseUrl}${DOWNLOAD_PATH}${sealer.seal(claim, PURPOSE).toString('base64url')}`;
}

/** UUID of the export; undefined for what is not a link of ours, or not any more. */
export function readDownloadLink(token: string, sealer: Sealer, now: Date): string | undefined {
  try {
    const [exportId, expiresAt] = JSON.parse(sealer.open(Buffer.from(token, 'base64url'), PURPOSE)) as [
      string,
      number,
    ];
    return expiresAt > now.getTime() ? exportId : undefined;
  } catch {
    return undefined;
  }
}
