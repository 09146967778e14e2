import { pino } from 'pino';
import { originOf } from './logger.ts';

/** Lines for what happens thousands of times a second: whoever writes one writes its text. */
export interface LogLines {
  /** What a line begins with now, as the logger's do: an object that is still open, with level, time and who says it. */
  begin(): string;
  /** Takes a whole line. The caller sees to it that nothing secret is in it. */
  write(line: string): void;
  /** Resolves when all has been written that could be. */
  flush(): Promise<void>;
}

/** A write of a file goes through another thread: that costs as much as twenty lines. */
const WRITTEN_TOGETHER = 64_000;
const WAIT_MS = 1_000;
/** Whoever reads them is stuck then: lines are dropped, nothing else waits. */
const MAX_WAITING_BYTES = 16_000_000;

/**
 * Lines that are written many at a time, a second late at most.
 *
 * @param dest A file or its descriptor; standard output unless it is said.
 */
export function createLogLines(serviceName: string, dest: string | number = 1): LogLines {
  const destination = pino.destination({ dest, sync: false, minLength: 1, maxLength: MAX_WAITING_BYTES });
  let text = '';
  let timer: NodeJS.Timeout | undefined;
  // The destination would collect them by itself, and at each count the bytes of all that it has.
  const handOn = (): void => {
    clearTimeout(timer);
    timer = undefined;
    destination.write(text);
    text = '';
  };
  return {
    begin: lineBeginning(serviceName),
    write: (line) => {
      text += line;
      if (text.length >= WRITTEN_TOGETHER) handOn();
      else timer ??= setTimeout(handOn, WAIT_MS).unref();
    },
    flush: () => {
      handOn();
      return flushed(destination);
    },
  };
}

/** Many lines have the same millisecond: what they begin with is made once. */
export function lineBeginning(serviceName: string): () => string {
  const origin = JSON.stringify(originOf(serviceName)).slice(1, -1);
  let time = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== time) {
      time = now;
      text = `{"level":"info","time":"${new Date(now).toISOString()}",${origin}`;
    }
    return text;
  };
}

/** Nothing more can be done about what cannot be written, and a pipe cannot be synchronised. */
const flushed = (destination: ReturnType<typeof pino.destination>): Promise<void> =>
  new Promise((resolve) => {
    destination.flush(() => {
      resolve();
    });
  });
