import type { Logger } from '@tributary/service-kit';

/** A text that changes while the gateway runs. */
export interface TextSource {
  /** As it was when the source was opened. */
  readonly content: string;
  stop(): void;
}

export interface TextSourceOptions {
  /** What the text is, for the log. */
  readonly what: string;
  readonly logger: Logger;
  /** Takes new content; rejects when it is not usable, the old one then stays. */
  readonly onChange: (content: string) => Promise<void>;
  /** Told when the source could not be read. */
  readonly onUnavailable?: () => void;
}

/** Hands new content on, and says in the log what became of it. */
export async function offer(
  content: string,
  { what, logger, onChange }: TextSourceOptions,
  where: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    await onChange(content);
    logger.info(where, `${what} reloaded`);
  } catch (error) {
    logger.error({ err: error, ...where }, `${what} refused, keeping the old one`);
  }
}
