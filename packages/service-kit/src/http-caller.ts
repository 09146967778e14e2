/**
 * Calls between services: a request, and its answer as text, over connections that are kept. `fetch` does the same for
 * several times the processor time, most of it for streams that nobody of ours reads.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Rejects when there was no whole answer; nothing is asked again, because what was asked may have been done. A redirect is
 * an answer like any other, and not followed.
 */
export type HttpCaller = (url: string, call: HttpCall) => Promise<HttpAnswer>;

/** Its connections are its own, and do not keep the process. */
export function createHttpCaller(): HttpCaller {
  // The one used last is the least likely to have been closed by the other side.
  const options = { keepAlive: true, scheduling: 'lifo' } as const;
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const isSecure = url.startsWith('https:');
      const request = (isSecure ? httpsRequest : httpRequest)(
        url,
        {
          method,
          signal,
          agent: isSecure ? agents.https : agents.http,
          headers: body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
        },
        (response) => {
          readAnswer(response).then(resolve, reject);
        },
      );
      request.on('error', reject);
      request.end(body);
    });
}

function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (text += chunk));
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, text });
    });
    response.on('error', reject);
    response.on('close', () => {
      if (!response.complete) reject(new Error('the answer ended before it was complete'));
    });
  });
}
