/** One client connection: messages in, commands run one after the other, replies out. */
import type { Socket } from 'node:net';
import { byteLength, MAX_DOCUMENT_BYTES } from './bson/codec.ts';
import type { Doc } from './bson/value.ts';
import type { Server } from './commands/command.ts';
import { dispatch, type Caller } from './commands/dispatch.ts';
import { ERROR_CODES } from './errors.ts';
import type { Log } from './log.ts';
import { createMessageReader, OP_MSG, OP_QUERY, ProtocolError, type Message } from './wire/message.ts';
import { encodeOpMsg, parseOpMsg } from './wire/op-msg.ts';
import { encodeOpReply, parseOpQuery } from './wire/op-query.ts';

export interface Connection {
  /** Lets the running command finish and answer, then closes. */
  close(): Promise<void>;
}

/** Room a reply has beyond its documents, as on a server. */
const ENVELOPE_BYTES = 16 * 1024;
const HELLO = new Set(['hello', 'isMaster', 'ismaster']);

export function serveConnection(socket: Socket, server: Server, connectionId: number, log: Log): Connection {
  const caller: Caller = { address: addressOf(socket), connectionId };
  const read = createMessageReader();
  let [busy, closing, nextRequestId] = [false, false, 1];

  async function answer(message: Message): Promise<void> {
    const responseTo = message.requestId;
    if (message.opCode === OP_MSG) {
      const { body, db, wantsReply } = parse(() => parseOpMsg(message));
      const reply = fitting(await dispatch(server, caller, db, body, log));
      if (wantsReply) await send(encodeOpMsg(reply, (nextRequestId += 1), responseTo));
      return;
    }
    if (message.opCode !== OP_QUERY) throw new ProtocolError(`operation ${message.opCode} is not supported`);
    const { body, db } = parse(() => parseOpQuery(message));
    const reply = HELLO.has(Object.keys(body)[0] ?? '')
      ? await dispatch(server, caller, db, body, log)
      : legacyRefusal(body);
    await send(encodeOpReply(reply, (nextRequestId += 1), responseTo));
  }

  function send(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      // A client that left does not read its answer; the read side ends the connection.
      socket.write(bytes, () => {
        resolve();
      });
    });
  }

  async function serve(): Promise<void> {
    try {
      for await (const chunk of socket) {
        for (const message of read(chunk as Buffer)) {
          busy = true;
          await answer(message);
          busy = false;
          if (closing) return;
        }
      }
    } catch (error) {
      if (error instanceof ProtocolError) log(`closing connection ${connectionId}: ${error.message}`);
      else if ((error as NodeJS.ErrnoException).code === undefined)
        log(`closing connection ${connectionId}: ${String(error)}`);
    } finally {
      busy = false;
      socket.destroy();
    }
  }

  const served = serve();
  return {
    async close() {
      closing = true;
      if (!busy) socket.destroy();
      await served;
    },
  };
}

/** bson and Buffer throw errors of their own on bad bytes; all of them mean the same here. */
function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ProtocolError ? error : new ProtocolError(`malformed message: ${String(error)}`);
  }
}

function fitting(reply: Doc): Doc {
  const size = byteLength(reply);
  if (size <= MAX_DOCUMENT_BYTES + ENVELOPE_BYTES) return reply;
  return {
    ok: 0,
    code: ERROR_CODES.BsonObjectTooLarge,
    codeName: 'BSONObjectTooLarge',
    errmsg: `BSONObj size: ${size} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES + ENVELOPE_BYTES}`,
  };
}

function legacyRefusal(body: Doc): Doc {
  return {
    ok: 0,
    code: 352,
    codeName: 'UnsupportedOpQueryCommand',
    errmsg: `Unsupported OP_QUERY command: ${Object.keys(body)[0] ?? ''}. The client driver may require an upgrade.`,
  };
}

/** Where the client reached us. An IPv4 client on a dual-stack socket shows up in IPv6 notation. */
function addressOf(socket: Socket): string {
  const host = (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  return `${host.includes(':') ? `[${host}]` : host}:${socket.localPort ?? 0}`;
}
