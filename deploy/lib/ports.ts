/** Not the usual ones, so that what scans for those finds nothing. */
export const DATABASE_PORTS = { postgres: 5433, mongo: 27018 } as const;
/** Valkey Serverless has no other. */
export const CACHE_PORT = 6379;
/** NFS, which EFS speaks. */
export const FILES_PORT = 2049;
