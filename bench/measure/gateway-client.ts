import { Pool } from 'undici';
import { MARKER, markerOf } from '../unique-marker.ts';
import type { ClientRequest } from '../workloads/workload.ts';
import { createAnswerChecker } from './answer-checker.ts';

export interface GatewayClient {
  /**
   * Sends a request and compares the answer.
   *
   * @returns What is wrong with it, or undefined.
   * @throws When nobody answers.
   */
  check(request: ClientRequest): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Far from the markers of the load generator, which counts from zero. */
const FIRST_MARKER = 500_000_000_000;

/** A client that reads every answer. With `uniqueHeader` each request is of another user. */
export function createGatewayClient(port: number, uniqueHeader: boolean): GatewayClient {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: null, headersTimeout: 60_000 });
  const findProblem = createAnswerChecker();
  let number = FIRST_MARKER;
  return {
    check: async (request) => {
      number += 1;
      const marker = markerOf(number);
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: '/graphql',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(uniqueHeader ? { authorization: `Bearer ${marker}` } : {}),
        },
        body: request.body.replaceAll(MARKER, marker),
      });
      const text = await body.text();
      if (request.expected.includes(MARKER) && !text.includes(marker))
        return `another request's answer: ${text}`;
      return findProblem(request, statusCode, text);
    },
    close: async () => pool.destroy(),
  };
}
