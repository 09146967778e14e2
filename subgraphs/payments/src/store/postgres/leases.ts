/** How long work is somebody's before another may take it. Leases save work; versions keep it correct. */
export interface Leases {
  /** Identifies this process in the table, for people. */
  readonly owner: string;
  /** Longer than any single step of the saga may take, in milliseconds. */
  readonly leaseMs: number;
  /** Between two looks at what a buyer's bank has said, in milliseconds. */
  readonly actionPollMs: number;
  /** Longer than a request works on its key, in milliseconds. */
  readonly keyLockMs: number;
}
