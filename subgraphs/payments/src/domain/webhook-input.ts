import { isIP } from 'node:net';
import { inputError, type InputError } from './user-error.ts';
import { WEBHOOK_EVENT_TYPES } from './webhook-model.ts';

export interface WebhookEndpointInput {
  readonly url: URL;
  readonly eventTypes: readonly string[];
}

export interface WebhookRules {
  /** http too: for development. */
  readonly allowsHttp: boolean;
  /** Whether it may lead to a host that is named by this address. */
  readonly allowsAddress: (address: string) => boolean;
}

/** `WebhookEndpointUpdateInput` as GraphQL delivers it. */
export interface WebhookEndpointUpdateInput {
  readonly url?: URL | null;
  readonly eventTypes?: readonly string[] | null;
  readonly enabled?: boolean | null;
}

/** What is wrong with an endpoint by itself. Where its name leads is looked at with every delivery. */
export const checkWebhookEndpoint = (
  { url, eventTypes }: WebhookEndpointInput,
  rules: WebhookRules,
): readonly InputError[] => [...checkWebhookUrl(url, rules), ...checkEventTypes(eventTypes)];

export function checkWebhookUrl(
  url: URL,
  { allowsHttp, allowsAddress }: WebhookRules,
): readonly InputError[] {
  const errors: InputError[] = [];
  if (url.protocol !== 'https:' && !allowsHttp) {
    errors.push(inputError('INVALID', ['input', 'url'], 'Webhooks are sent to https:// URLs only.'));
  }
  if (url.username !== '' || url.password !== '') {
    const message = 'A URL holds no password: verify the signature of what comes instead.';
    errors.push(inputError('INVALID', ['input', 'url'], message));
  }
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !allowsAddress(literal)) {
    const message = 'Webhooks are sent to addresses of the public internet only.';
    errors.push(inputError('INVALID', ['input', 'url'], message));
  }
  return errors;
}

export function checkEventTypes(eventTypes: readonly string[]): readonly InputError[] {
  const errors: InputError[] = [];
  if (eventTypes.length === 0) {
    errors.push(inputError('REQUIRED', ['input', 'eventTypes'], 'Name what the endpoint is told of.'));
  }
  for (const [index, type] of eventTypes.entries()) {
    if (WEBHOOK_EVENT_TYPES.includes(type)) continue;
    const message = `There is no such event. There are: ${WEBHOOK_EVENT_TYPES.join(', ')}.`;
    errors.push(inputError('INVALID', ['input', 'eventTypes', String(index)], message));
  }
  return errors;
}
