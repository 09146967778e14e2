/** OP_MSG: one command document, optionally with sequences of documents that belong into its fields. */
import { decode, encode } from '../bson/codec.ts';
import { setField, type Doc } from '../bson/value.ts';
import { crc32c } from './crc32c.ts';
import { encodeMessage, OP_MSG, ProtocolError, type Message } from './message.ts';

const CHECKSUM_PRESENT = 1 << 0;
const MORE_TO_COME = 1 << 1;
/** Bits 0-15 must be understood or refused; the others may be ignored. */
const UNKNOWN_REQUIRED_BITS = 0xffff & ~(CHECKSUM_PRESENT | MORE_TO_COME);

export interface OpMsg {
  readonly body: Doc;
  readonly db: string;
  /** False for unacknowledged writes: the client will not read an answer. */
  readonly wantsReply: boolean;
}

/** @throws ProtocolError when the bytes are no valid OP_MSG */
export function parseOpMsg({ body: bytes, bytes: whole }: Message): OpMsg {
  const flags = bytes.readUInt32LE(0);
  if (flags & UNKNOWN_REQUIRED_BITS) throw new ProtocolError(`unknown OP_MSG flags ${flags}`);
  let end = bytes.length;
  if (flags & CHECKSUM_PRESENT) {
    end -= 4;
    if (crc32c(whole.subarray(0, -4)) !== bytes.readUInt32LE(end))
      throw new ProtocolError('OP_MSG checksum does not match');
  }
  let body: Doc | undefined;
  const sequences: [string, Doc[]][] = [];
  for (let at = 4; at < end;) {
    const kind = bytes.readUInt8(at);
    at += 1;
    const section = sized(bytes, at, end);
    at += section.length;
    if (kind === 0) {
      if (body) throw new ProtocolError('OP_MSG with two bodies');
      body = decode(section);
    } else if (kind === 1) {
      sequences.push(parseSequence(section));
    } else {
      throw new ProtocolError(`unknown OP_MSG section kind ${kind}`);
    }
  }
  if (!body) throw new ProtocolError('OP_MSG without a body');
  for (const [name, docs] of sequences) setField(body, name, docs);
  if (typeof body['$db'] !== 'string') throw new ProtocolError('OP_MSG without $db');
  return { body, db: body['$db'], wantsReply: (flags & MORE_TO_COME) === 0 };
}

export function encodeOpMsg(reply: Doc, requestId: number, responseTo: number): Buffer {
  // Four bytes of flags, none set, and the section kind of a body.
  return encodeMessage(OP_MSG, requestId, responseTo, [Buffer.alloc(5), encode(reply)]);
}

function parseSequence(section: Buffer): [string, Doc[]] {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw new ProtocolError('document sequence without a name');
  const docs: Doc[] = [];
  for (let at = nameEnd + 1; at < section.length;) {
    const doc = sized(section, at, section.length);
    docs.push(decode(doc));
    at += doc.length;
  }
  return [section.toString('utf8', 4, nameEnd), docs];
}

/** A run of bytes that starts with its own length. */
function sized(bytes: Buffer, at: number, end: number): Buffer {
  const length = bytes.readInt32LE(at);
  if (length < 5 || at + length > end) throw new ProtocolError(`section of ${length} bytes does not fit`);
  return bytes.subarray(at, at + length);
}
