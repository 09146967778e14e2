import type { Command, CommandContext } from './command.ts';
import { MAX_DOCUMENT_BYTES } from '../bson/codec.ts';
import { MAX_MESSAGE_BYTES } from '../wire/message.ts';
import type { Doc } from '../bson/value.ts';

/** The replica set every client is told it talks to: transactions and retryable writes exist only on one. */
export const REPLICA_SET = 'rs0';
/** MongoDB 7.0. Newer versions let the driver use commands that are not built here, such as bulkWrite. */
const MAX_WIRE_VERSION = 21;

const HANDSHAKE_FIELDS = [
  'helloOk',
  'client',
  'compression',
  'loadBalanced',
  'hello',
  'ismaster',
  'isMaster',
  'saslSupportedMechs',
  'speculativeAuthenticate',
  'topologyVersion',
  'maxAwaitTimeMS',
  'backpressure',
];

export const hello: Command = {
  fields: HANDSHAKE_FIELDS,
  run: (context) => describe(context, 'isWritablePrimary'),
};

/** The name before 4.4; drivers still send it first, since any server answers it. */
export const legacyHello: Command = {
  fields: HANDSHAKE_FIELDS,
  run: (context) => describe(context, 'ismaster'),
};

/**
 * No `topologyVersion`: with it the driver would wait for pushed replies, without it it polls.
 * The address is the one the client reached us at, so it never tries a name it cannot resolve.
 */
function describe({ address, connectionId, server }: CommandContext, primary: string): Doc {
  const isPrimary = server.role.isPrimary();
  return {
    helloOk: true,
    [primary]: isPrimary,
    secondary: !isPrimary,
    setName: REPLICA_SET,
    setVersion: 1,
    hosts: [address],
    ...(isPrimary && { primary: address }),
    me: address,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId,
    minWireVersion: 0,
    maxWireVersion: MAX_WIRE_VERSION,
    readOnly: false,
  };
}
