/** Runs of 13 to 19 digits, as cards have them, also when written in groups. */
const DIGIT_RUNS = /\d(?:[ -]?\d){12,18}/g;

/**
 * Whether the text holds what looks like a card number (ISO/IEC 7812): such a text is refused before anything
 * stores or logs it.
 */
export function containsCardNumber(text: string): boolean {
  return (text.match(DIGIT_RUNS) ?? []).some((run) => passesLuhn(run.replace(/[ -]/g, '')));
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
