import { pino, stdTimeFunctions, type DestinationStream, type Logger as PinoLogger } from 'pino';

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
  return pino(
    {
      base: originOf(serviceName),
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      level,
      redact,
    },
    destination,
  );
}

/** Who says what a line says. */
export const originOf = (serviceName: string): Readonly<Record<string, string | number>> => ({
  'service.name': serviceName,
  'process.pid': process.pid,
});

/** For tests and for tools that speak for themselves. */
export const silentLogger = (): Logger => pino({ level: 'silent' });
