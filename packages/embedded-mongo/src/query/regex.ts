import { MongoError } from '../errors.ts';

/**
 * Compiles a BSON regular expression (PCRE on a real server) for JavaScript.
 *
 * @throws MongoError 51091 when JavaScript cannot read the pattern, 51108 for an unknown flag
 */
export function compileRegex(pattern: string, options: string): RegExp {
  let source = pattern;
  let flags = '';
  for (const option of options) {
    if (option === 'x') source = stripExtended(source);
    else if ('ims'.includes(option)) flags += flags.includes(option) ? '' : option;
    else if (option !== 'u' && option !== 'g') {
      throw new MongoError(51108, `invalid flag in regex options: ${option}`);
    }
  }
  // PCRE reads leading inline flags; JavaScript only knows them as RegExp flags.
  const inline = /^\(\?([ims]+)\)/.exec(source);
  if (inline?.[1]) {
    source = source.slice(inline[0].length);
    for (const flag of inline[1]) if (!flags.includes(flag)) flags += flag;
  }
  return tryCompile(source, flags + 'u') ?? tryCompile(source, flags) ?? invalid(pattern);
}

function tryCompile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

function invalid(pattern: string): never {
  throw new MongoError(51091, `Regular expression is invalid: ${pattern}`);
}

function stripExtended(source: string): string {
  return source.replace(/\\.|\[(?:\\.|[^\]])*\]|\s+|#[^\n]*/g, (part) => (/^[\s#]/.test(part) ? '' : part));
}
