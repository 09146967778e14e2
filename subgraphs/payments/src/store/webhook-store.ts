import type { WebhookDelivery, WebhookEndpoint, WebhookMessage } from '../domain/webhook-model.ts';

/** Endpoints of merchants and the outbox of what they are told. Messages are written by the database itself. */
export interface WebhookStore {
  /** Newest first. */
  listEndpoints(): Promise<readonly WebhookEndpoint[]>;
  /** False when there are as many as there may be. */
  addEndpoint(endpoint: NewEndpoint, most: number): Promise<boolean>;
  /** What is not given stays. One that is disabled is told of nothing, and what it was not told yet is discarded. */
  updateEndpoint(id: string, change: EndpointChange): Promise<WebhookEndpoint | undefined>;
  /** What was not delivered yet is discarded. Undefined when there is no such endpoint. */
  deleteEndpoint(id: string): Promise<WebhookEndpoint | undefined>;
  /** The secret it had signs too, for so long. Undefined when there is no such endpoint. */
  rotateSecret(id: string, secret: Buffer, keepPreviousMs: number): Promise<WebhookEndpoint | undefined>;
  /** Leases deliveries that are due, `mostOfOne` of one endpoint at most: a slow one holds up nobody else. */
  claimDue(limit: number, mostOfOne: number, leaseMs: number): Promise<readonly DueDelivery[]>;
  delivered(id: string, statusCode: number): Promise<void>;
  /** @param retryInMs Null: it is given up. */
  failed(id: string, failure: DeliveryFailure, retryInMs: number | null): Promise<void>;
  /** The receiver is gone: it is told of nothing any more. */
  disable(endpointId: string): Promise<void>;
  /** Sends it once more, now. Undefined when there is no such delivery, it is discarded, or somebody is at it. */
  retry(id: string): Promise<WebhookDelivery | undefined>;
  /** Forgets messages that were settled long ago; answers how many. */
  purge(limit: number): Promise<number>;
}

export interface NewEndpoint {
  readonly id: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  /** Encrypted. */
  readonly secret: Buffer;
}

export interface EndpointChange {
  readonly url: string | null;
  readonly eventTypes: readonly string[] | null;
  readonly enabled: boolean | null;
}

export interface DueDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly url: string;
  /** Encrypted: the newest first. */
  readonly secrets: readonly [current: Buffer, ...previous: Buffer[]];
  readonly message: WebhookMessage;
  /** This one included. */
  readonly attempts: number;
}

export interface DeliveryFailure {
  /** Null when the receiver did not answer. */
  readonly statusCode: number | null;
  readonly message: string;
}
