import {
  pino,
  stdTimeFunctions,
  type DestinationStream,
  type Logger as PinoLogger,
  type LoggerOptions,
} from 'pino';

export type Logger = PinoLogger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** Paths that never reach a log line, wherever a request, a header bag or an input is logged. */
const REDACTED = [
  'authorization',
  'cookie',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'clientSecret',
  '*.authorization',
  '*.cookie',
  '*.password',
  '*.token',
  '*.accessToken',
  '*.refreshToken',
  '*.clientSecret',
  'headers["set-cookie"]',
  // PostgreSQL quotes the offending row here: addresses, e-mail.
  'err.detail',
];

/**
 * JSON lines on standard output: constant message, values as fields with OpenTelemetry names.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/resource/#service
 * @param destination Takes the lines; standard output unless it is said.
 */
export function createLogger(
  serviceName: string,
  level: LogLevel = 'info',
  destination: DestinationStream = pino.destination(1),
): Logger {
  const redact = { paths: REDACTED, censor: '[redacted]' };
  return pino({ ...linesOf(serviceName), level, redact }, destination);
}

const linesOf = (serviceName: string): LoggerOptions => ({
  base: { 'service.name': serviceName, 'process.pid': process.pid },
  timestamp: stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
});

export interface BufferedLogger {
  readonly logger: Pick<Logger, 'info'>;
  /** Writes what is waiting. */
  flush(): void;
}

/** A write of a file goes through another thread: that costs as much as a few lines. */
const BUFFERED_BYTES = 16_000;
const FLUSH_EVERY_MS = 1_000;
/** Whoever reads them is stuck then: lines are dropped, nothing else waits. */
const MAX_WAITING_BYTES = 16_000_000;

/**
 * Lines on standard output for what happens thousands of times a second: written many at a time, a second late at most. The
 * caller sees to it that nothing secret is in them: looking for it would cost as much as the rest.
 */
export function createBufferedLogger(serviceName: string): BufferedLogger {
  const destination = pino.destination({
    dest: 1,
    sync: false,
    minLength: BUFFERED_BYTES,
    maxLength: MAX_WAITING_BYTES,
    periodicFlush: FLUSH_EVERY_MS,
  });
  return {
    logger: pino({ ...linesOf(serviceName), timestamp: rememberedTime() }, destination),
    flush: () => {
      destination.flushSync();
    },
  };
}

/** Many lines have the same millisecond: its text is made once. */
function rememberedTime(): () => string {
  let time = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== time) {
      time = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}

/** For tests and for tools that speak for themselves. */
export const silentLogger = (): Logger => pino({ level: 'silent' });
