import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it has none. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | undefined;
  /** In nanoseconds since 1970. */
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
}

export interface OtlpCollector {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Attributes of what sent them. */
  readonly resource: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Takes traces as an OpenTelemetry collector does: OTLP over HTTP, protobuf. */
export async function startOtlpCollector(): Promise<OtlpCollector> {
  const spans: ReceivedSpan[] = [];
  let resource: Record<string, unknown> = {};
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      for (const resourceSpans of messages(Buffer.concat(chunks), 1)) {
        resource = attributesOf(messages(resourceSpans, 1)[0] ?? EMPTY, 1);
        for (const scopeSpans of messages(resourceSpans, 2))
          spans.push(...messages(scopeSpans, 2).map(readSpan));
      }
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans,
    get resource() {
      return resource;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

const EMPTY = Buffer.alloc(0);

/**
 * Numbers of fields as opentelemetry/proto/trace/v1/trace.proto has them.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto
 */
function readSpan(bytes: Buffer): ReceivedSpan {
  const fields = fieldsOf(bytes);
  const bytesOf = (number: number): Buffer => (fields.get(number)?.[0] as Buffer | undefined) ?? EMPTY;
  const numberOf = (number: number): bigint => (fields.get(number)?.[0] as bigint | undefined) ?? 0n;
  const status = fieldsOf(bytesOf(15));
  return {
    traceId: bytesOf(1).toString('hex'),
    spanId: bytesOf(2).toString('hex'),
    parentSpanId: bytesOf(4).toString('hex'),
    name: bytesOf(5).toString(),
    kind: (['internal', 'server', 'client'] as const)[Number(numberOf(6)) - 1],
    start: numberOf(7),
    end: numberOf(8),
    attributes: attributesOf(bytes, 9),
    isError: status.get(3)?.[0] === 2n,
  };
}

function attributesOf(bytes: Buffer, number: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(bytes, number).map((attribute) => {
      const fields = fieldsOf(attribute);
      const value = fieldsOf(fields.get(2)?.[0] as Buffer);
      const text = value.get(1)?.[0] as Buffer | undefined;
      const integer = value.get(3)?.[0] as bigint | undefined;
      return [
        String(fields.get(1)?.[0]),
        text?.toString() ?? (integer === undefined ? value.get(2)?.[0] === 1n : Number(integer)),
      ];
    }),
  );
}

const messages = (bytes: Buffer, number: number): readonly Buffer[] =>
  (fieldsOf(bytes).get(number) ?? []) as Buffer[];

/** @see https://protobuf.dev/programming-guides/encoding/ */
function fieldsOf(bytes: Buffer): ReadonlyMap<number, readonly (Buffer | bigint)[]> {
  const fields = new Map<number, (Buffer | bigint)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  const READERS: Readonly<Record<number, () => Buffer | bigint>> = {
    0: varint,
    1: () => take(8).readBigUInt64LE(),
    2: () => take(Number(varint())),
    5: () => BigInt(take(4).readUInt32LE()),
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const read = READERS[key & 7];
    if (read === undefined) throw new TypeError(`wire type ${key & 7}`);
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), read()]);
  }
  return fields;
}
