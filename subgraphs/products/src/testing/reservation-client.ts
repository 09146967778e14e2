import type { GraphqlAnswer } from '@tributary/testkit';

const FIELDS = `id status expiresAt releaseReason
  lines { variantId productId sku title quantity unitPrice { amount currency decimal } requiresShipping variantVersion }`;
const PAYLOAD = `reservation { ${FIELDS} } userErrors {
  __typename ... on UserError { message field } ... on CatalogInputError { code }
  ... on InsufficientStockError { requested available variant { id } }
  ... on VariantUnavailableError { variant { id } } ... on ReservationStateError { status }
}`;
export const CREATE_RESERVATION = `mutation ($input: InventoryReservationCreateInput!) {
  inventoryReservationCreate(input: $input) { ${PAYLOAD} }
}`;

export interface ReservationPayload {
  readonly reservation: {
    readonly id: string;
    readonly status: string;
    readonly expiresAt: string;
    readonly releaseReason: string | null;
    readonly lines: readonly object[];
  } | null;
  readonly userErrors: readonly { readonly __typename: string; readonly message: string }[];
}

export interface ReservationClient {
  create(
    id: string,
    lines: readonly { readonly variantId: string; readonly quantity: number }[],
  ): Promise<ReservationPayload>;
  extend(id: string, ttlSeconds: number): Promise<ReservationPayload>;
  commit(id: string): Promise<ReservationPayload>;
  release(id: string, reason?: string): Promise<ReservationPayload>;
  restock(id: string): Promise<ReservationPayload>;
  find(id: string): Promise<ReservationPayload['reservation']>;
}

/** The operations payments uses. A GraphQL error throws. */
export function reservationClient(
  ask: (query: string, variables: Readonly<Record<string, unknown>>) => Promise<GraphqlAnswer>,
): ReservationClient {
  const run = async <T>(
    name: string,
    query: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<T> => {
    const { data, errors } = await ask(query, variables);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data[name] as T;
  };
  const change =
    (name: string, parameters: string, values: string) => (variables: Readonly<Record<string, unknown>>) =>
      run<ReservationPayload>(
        name,
        `mutation ($id: ID!${parameters}) { ${name}(id: $id${values}) { ${PAYLOAD} } }`,
        variables,
      );
  const extend = change('inventoryReservationExtend', ', $ttlSeconds: Int!', ', ttlSeconds: $ttlSeconds');
  const commit = change('inventoryReservationCommit', '', '');
  const release = change('inventoryReservationRelease', ', $reason: String!', ', reason: $reason');
  const restock = change('inventoryReservationRestock', '', '');
  return {
    create: (id, lines) =>
      run('inventoryReservationCreate', CREATE_RESERVATION, { input: { id, currency: 'EUR', lines } }),
    extend: (id, ttlSeconds) => extend({ id, ttlSeconds }),
    commit: (id) => commit({ id }),
    release: (id, reason = 'test') => release({ id, reason }),
    restock: (id) => restock({ id }),
    find: (id) =>
      run('inventoryReservation', `query ($id: ID!) { inventoryReservation(id: $id) { ${FIELDS} } }`, { id }),
  };
}
