/** OP_QUERY, gone from MongoDB 6 except for one thing: the first hello of a connection, answered with OP_REPLY. */
import { decode, encode } from '../bson/codec.ts';
import { isDocument, type Doc } from '../bson/value.ts';
import { encodeMessage, OP_REPLY, ProtocolError, type Message } from './message.ts';

export interface OpQuery {
  readonly db: string;
  readonly body: Doc;
}

export function parseOpQuery({ body: bytes }: Message): OpQuery {
  const nameEnd = bytes.indexOf(0, 4);
  if (nameEnd < 0) throw new ProtocolError('OP_QUERY without a collection name');
  const namespace = bytes.toString('utf8', 4, nameEnd);
  // After the name: numberToSkip and numberToReturn, four bytes each, of no meaning for a command.
  const at = nameEnd + 9;
  const doc = decode(bytes.subarray(at, at + bytes.readInt32LE(at)));
  return {
    db: namespace.slice(0, Math.max(0, namespace.indexOf('.'))),
    body: isDocument(doc['$query']) ? doc['$query'] : doc,
  };
}

export function encodeOpReply(reply: Doc, requestId: number, responseTo: number): Buffer {
  const fields = Buffer.alloc(20);
  fields.writeInt32LE(8, 0); // responseFlags: AwaitCapable, set by every server
  fields.writeInt32LE(1, 16); // numberReturned
  return encodeMessage(OP_REPLY, requestId, responseTo, [fields, encode(reply)]);
}
