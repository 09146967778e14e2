import { findMarker, MARKER } from '../unique-marker.ts';

const MAX_ANSWERS = 5_000;

/**
 * Answers a request from memory when an equal one was answered before: subgraphs must cost next to nothing,
 * or the benchmark measures them. Requests that differ only in their unique marker are equal, and the answer
 * gets the marker of its request.
 *
 * @param answer Takes a request's body and gives the whole HTTP response.
 * @param body   Bytes of the request as latin1, which is quicker to make and to look up than UTF-8.
 */
export function createAnswerCache(answer: (body: string) => string): (body: string) => Buffer {
  const answers = new Map<string, { readonly bytes: Buffer; readonly template: string | undefined }>();
  return (body) => {
    const marker = findMarker(body);
    const key = marker === undefined ? body : body.replaceAll(marker, MARKER);
    let found = answers.get(key);
    if (found === undefined) {
      const text = answer(Buffer.from(key, 'latin1').toString());
      found = { bytes: Buffer.from(text), template: text.includes(MARKER) ? text : undefined };
      if (answers.size >= MAX_ANSWERS) answers.clear();
      answers.set(key, found);
    }
    return marker === undefined || found.template === undefined
      ? found.bytes
      : Buffer.from(found.template.replaceAll(MARKER, marker));
  };
}
