import { rankOf } from './common-passwords.ts';

/**
 * Fewer guesses than 10^7 are no obstacle to somebody who may try from many addresses for a year.
 * Fifteen characters of a leaked password, repeated or with digits behind it, are far below; three words are far above.
 */
const SAFE_LOG10_GUESSES = 7;

/** What a character costs that belongs to nothing known: ten guesses, as zxcvbn reckons. */
const UNKNOWN_CHARACTER = 1;
/** Choosing where a run begins and how long it is. */
const RUN = 1.5;
/** That there is more than one part, and in which order, for each part after the first. */
const FURTHER_PART = 0.5;
/** That digits or signs stand for letters. */
const LOOKALIKE_PART = 0.5;

const LONGEST_PART = 24;
const SHORTEST_PART = 3;
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qazwsxedcrfvtgbyhnujmikolp'];
const LOOKALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/**
 * Whether a password is put together from leaked passwords, runs such as 12345 or qwert, and repetitions.
 * The cheapest way to put it together tells how many guesses it withstands; the time it takes grows with the length only.
 *
 * @param password At most a few hundred characters.
 */
export function isEasyToGuess(password: string): boolean {
  const characters = Array.from(password.toLowerCase());
  return log10Guesses(shortestPeriod(characters)) < SAFE_LOG10_GUESSES;
}

/** `abcabcabc` is no harder to guess than `abc`; a last repetition may be cut short. */
function shortestPeriod(characters: readonly string[]): readonly string[] {
  for (let period = 1; period <= characters.length / 2; period += 1) {
    if (characters.every((character, i) => i < period || character === characters[i - period])) {
      return characters.slice(0, period);
    }
  }
  return characters;
}

function log10Guesses(characters: readonly string[]): number {
  const cheapest = [0];
  for (let end = 1; end <= characters.length; end += 1) {
    let best = (cheapest[end - 1] ?? 0) + UNKNOWN_CHARACTER;
    for (let start = end - SHORTEST_PART; start >= Math.max(0, end - LONGEST_PART); start -= 1) {
      const cost = costOfPart(characters.slice(start, end));
      if (cost === undefined) continue;
      best = Math.min(best, (cheapest[start] ?? 0) + cost + (start > 0 ? FURTHER_PART : 0));
    }
    cheapest.push(best);
  }
  return cheapest.at(-1) ?? 0;
}

function costOfPart(part: readonly string[]): number | undefined {
  const text = part.join('');
  const costs: number[] = [];
  const rank = rankOf(text);
  if (rank !== undefined) costs.push(Math.log10(rank + 1));
  const plain = part.map((character) => LOOKALIKES[character] ?? character).join('');
  const plainRank = plain === text ? undefined : rankOf(plain);
  if (plainRank !== undefined) costs.push(Math.log10(plainRank + 1) + LOOKALIKE_PART);
  if (isRun(part, text)) costs.push(RUN);
  return costs.length === 0 ? undefined : Math.min(...costs);
}

/** One character over and over, characters that follow one another, or neighbours on a keyboard. */
function isRun(part: readonly string[], text: string): boolean {
  const step = (part[1]?.codePointAt(0) ?? 0) - (part[0]?.codePointAt(0) ?? 0);
  if (Math.abs(step) <= 1) {
    const goesOn = part.every(
      (character, i) =>
        i === 0 || (character.codePointAt(0) ?? 0) - (part[i - 1]?.codePointAt(0) ?? 0) === step,
    );
    if (goesOn) return true;
  }
  const reversed = [...part].reverse().join('');
  return ROWS.some((row) => row.includes(text) || row.includes(reversed));
}
