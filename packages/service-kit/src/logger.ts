import { pino, type Logger as PinoLogger, stdTimeFunctions } from 'pino';

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
  '*.authorization',
  '*.cookie',
  '*.password',
  '*.token',
  '*.accessToken',
  '*.refreshToken',
  'headers["set-cookie"]',
  // PostgreSQL quotes the offending row here: addresses, e-mail.
  'err.detail',
];

/**
 * JSON lines on standard output: constant message, values as fields with OpenTelemetry names.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/resource/#service
 */
export function createLogger(serviceName: string, level: LogLevel = 'info'): Logger {
  return pino({
    level,
    base: { 'service.name': serviceName, 'process.pid': process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACTED, censor: '[redacted]' },
  });
}

/** For tests and for tools that speak for themselves. */
export const silentLogger = (): Logger => pino({ level: 'silent' });
