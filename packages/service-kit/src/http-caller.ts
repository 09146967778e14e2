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
 * Rejects when there was no whole answer. A redirect is an answer like any other, and not followed.
 *
 * A call may be made twice, when its connection was closed by the other side as it began: only for what has its effect
 * once however often it is asked.
 */
export type HttpCaller = (url: string, call: HttpCall) => Promise<HttpAnswer>;

/** Its connections are its own, and do not keep the process. */
export function createHttpCaller(): HttpCaller {
  // The one used last is the least likely to have been closed by the other side.
  const options = { keepAlive: true, scheduling: 'lifo' } as const;
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const callOnce = (url: string, call: HttpCall, isAgain: boolean): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const { method, headers, body, signal } = call;
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
      request.on('error', (error: NodeJS.ErrnoException) => {
        const wasIdle = request.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted;
        if (wasIdle && !isAgain) callOnce(url, call, true).then(resolve, reject);
        else reject(error);
      });
      request.end(body);
    });
  return (url, call) => callOnce(url, call, false);
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
