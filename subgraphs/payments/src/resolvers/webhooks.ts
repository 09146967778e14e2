/** Endpoints of merchants, and the log of what was delivered to them. All of it needs webhooks:write. */
import { newUuid, readPage, requireScope, toConnection, type PageArguments } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import { webhookDeliveryId, webhookEndpointId, webhookMessageId } from '../domain/ids.ts';
import { inputError, type InputError } from '../domain/user-error.ts';
import {
  checkWebhookEndpoint,
  checkEventTypes,
  checkWebhookUrl,
  type WebhookEndpointInput,
  type WebhookEndpointUpdateInput,
  type WebhookRules,
} from '../domain/webhook-input.ts';
import type { WebhookDelivery, WebhookDeliveryStatus, WebhookEndpoint } from '../domain/webhook-model.ts';
import type { WebhookSecrets } from '../merchant-webhooks/webhook-secrets.ts';
import type { WebhookStore } from '../store/webhook-store.ts';

const SCOPE = 'webhooks:write';
const MOST_ENDPOINTS = 20;
/** Long enough to bring the new secret to every receiver. */
const KEEP_PREVIOUS_SECRET_MS = 24 * 60 * 60 * 1_000;
const DELIVERIES_NEWEST = 'webhook-deliveries';
const DEFAULT_SIZE = 20;

export interface WebhookResolverDeps {
  readonly store: WebhookStore;
  readonly secrets: WebhookSecrets;
  readonly rules: WebhookRules;
  /** Looks for deliveries now. */
  readonly wake: () => void;
}

interface ById {
  readonly id: string;
}

export const createWebhookQuery = ({ store }: WebhookResolverDeps) => ({
  webhookEndpoints: (_: unknown, __: unknown, { viewer }: PaymentsContext) => {
    requireScope(viewer, SCOPE);
    return store.listEndpoints();
  },
});

export const createWebhookMutations = ({ store, secrets, rules, wake }: WebhookResolverDeps) => ({
  webhookEndpointCreate: async (
    _: unknown,
    { input }: { readonly input: WebhookEndpointInput },
    { viewer }: PaymentsContext,
  ) => {
    requireScope(viewer, SCOPE);
    const errors = checkWebhookEndpoint(input, rules);
    if (errors.length > 0) return refused(errors);
    const id = newUuid();
    const { shown, sealed } = secrets.create(id);
    const eventTypes = [...new Set(input.eventTypes)];
    const endpoint = { id, url: input.url.href, eventTypes, enabled: true, createdAt: new Date() };
    if (!(await store.addEndpoint({ ...endpoint, secret: sealed }, MOST_ENDPOINTS))) {
      const message = `There are ${MOST_ENDPOINTS} endpoints already. Delete one first.`;
      return refused([inputError('LIMIT_EXCEEDED', ['input'], message)]);
    }
    return { webhookEndpoint: { ...endpoint, secret: shown }, userErrors: [] };
  },

  webhookEndpointUpdate: async (
    _: unknown,
    { id, input }: ById & { readonly input: WebhookEndpointUpdateInput },
    { viewer }: PaymentsContext,
  ) => {
    requireScope(viewer, SCOPE);
    const uuid = webhookEndpointId.toUuid(id);
    const { url = null, eventTypes = null, enabled = null } = input;
    const errors = [
      ...(url === null ? [] : checkWebhookUrl(url, rules)),
      ...(eventTypes === null ? [] : checkEventTypes(eventTypes)),
    ];
    if (errors.length > 0) return refused(errors);
    const change = { url: url?.href ?? null, eventTypes: eventTypes && [...new Set(eventTypes)], enabled };
    const webhookEndpoint = uuid === undefined ? undefined : await store.updateEndpoint(uuid, change);
    return webhookEndpoint === undefined ? noEndpoint() : { webhookEndpoint, userErrors: [] };
  },

  webhookEndpointDelete: async (_: unknown, { id }: ById, { viewer }: PaymentsContext) => {
    requireScope(viewer, SCOPE);
    const uuid = webhookEndpointId.toUuid(id);
    const webhookEndpoint = uuid === undefined ? undefined : await store.deleteEndpoint(uuid);
    return webhookEndpoint === undefined ? noEndpoint() : { webhookEndpoint, userErrors: [] };
  },

  webhookEndpointSecretRotate: async (_: unknown, { id }: ById, { viewer }: PaymentsContext) => {
    requireScope(viewer, SCOPE);
    const uuid = webhookEndpointId.toUuid(id);
    if (uuid === undefined) return noEndpoint();
    const { shown, sealed } = secrets.create(uuid);
    const endpoint = await store.rotateSecret(uuid, sealed, KEEP_PREVIOUS_SECRET_MS);
    if (endpoint === undefined) return noEndpoint();
    return { webhookEndpoint: { ...endpoint, secret: shown }, userErrors: [] };
  },

  webhookDeliveryRetry: async (_: unknown, { id }: ById, { viewer }: PaymentsContext) => {
    requireScope(viewer, SCOPE);
    const uuid = webhookDeliveryId.toUuid(id);
    const delivery = uuid === undefined ? undefined : await store.retry(uuid);
    if (delivery === undefined) {
      const message =
        'There is no such delivery, its endpoint is gone or disabled, or it is being sent right now.';
      return { delivery: null, userErrors: [inputError('NOT_FOUND', ['id'], message)] };
    }
    wake();
    return { delivery, userErrors: [] };
  },
});

const refused = (userErrors: readonly InputError[]) => ({ webhookEndpoint: null, userErrors });

const noEndpoint = () => refused([inputError('NOT_FOUND', ['id'], 'There is no such endpoint.')]);

export const webhookEndpoint = {
  id: ({ id }: WebhookEndpoint) => webhookEndpointId.fromUuid(id),
  deliveries: async (
    { id: ownerId }: WebhookEndpoint,
    {
      status: statuses = null,
      ...args
    }: PageArguments & { readonly status?: readonly WebhookDeliveryStatus[] | null },
    { loaders }: PaymentsContext,
  ) => {
    const page = readPage(args, DELIVERIES_NEWEST, DEFAULT_SIZE);
    const rows = await loaders.webhookDeliveryPage.load({ ownerId, page: { page, statuses } });
    return toConnection(rows, page, DELIVERIES_NEWEST, ({ createdAt, id }) => [createdAt.toISOString(), id]);
  },
};

export const webhookDelivery = {
  id: ({ id }: WebhookDelivery) => webhookDeliveryId.fromUuid(id),
  messageId: ({ messageId }: WebhookDelivery) => webhookMessageId.fromUuid(messageId),
  nextAttemptAt: ({ status, nextAttemptAt }: WebhookDelivery) =>
    status === 'PENDING' ? nextAttemptAt : null,
};
