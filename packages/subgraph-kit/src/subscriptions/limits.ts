/** What one client, and all together, may have a process hold for them. */
export interface SubscriptionLimits {
  /** Connections at a time; more are refused with 503. */
  readonly maxConnections: number;
  /** Subscriptions at a time of one connection. */
  readonly maxSubscriptions: number;
  /** Longest message a client may send, in bytes. */
  readonly maxMessageBytes: number;
  /** What may wait for a client to read it, in bytes; one that falls further behind is cut off. */
  readonly maxQueuedBytes: number;
  /** How often a quiet client is asked whether it is there; one that did not answer the last time is cut off. */
  readonly pingIntervalMs: number;
  /** How long a client may take to say who it is. */
  readonly initTimeoutMs: number;
  /** After this a client has to connect anew, and show again who it is. */
  readonly maxConnectionMs: number;
}

export const DEFAULT_LIMITS: SubscriptionLimits = {
  maxConnections: 5_000,
  maxSubscriptions: 100,
  maxMessageBytes: 64 * 1024,
  maxQueuedBytes: 1024 * 1024,
  pingIntervalMs: 15_000,
  initTimeoutMs: 5_000,
  maxConnectionMs: 60 * 60 * 1_000,
};
