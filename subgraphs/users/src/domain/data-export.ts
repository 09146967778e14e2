const DAY_MS = 24 * 60 * 60 * 1_000;

/** How long a finished export can be downloaded. */
export const EXPORT_KEPT_MS = 7 * DAY_MS;
/** Asked for again within this time, the same export is answered. */
export const EXPORT_INTERVAL_MS = DAY_MS;
/** How long a link works: for the browser that was given it, not for whoever finds it later. */
export const DOWNLOAD_LINK_MS = 15 * 60 * 1_000;

/** What the document is sealed for. */
export const exportPurpose = (exportId: string): string => `data-export ${exportId}`;
