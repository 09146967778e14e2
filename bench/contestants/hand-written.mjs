/** What an engineer would write for these two operations alone: nothing is general, checked or told to anybody. */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Pool } from 'undici';
import { readArguments } from './arguments.mjs';
import { answerDeep } from './hand-written/answer-deep.mjs';
import { answerMutation } from './hand-written/answer-mutation.mjs';

const options = readArguments();

const pool = new Pool(options.subgraphs, { connections: 128 });

async function ask(subgraph, query, variables, authorization) {
  const { body } = await pool.request({
    method: 'POST',
    path: `/${subgraph}`,
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await body.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

createServer((request, response) => {
  json(request)
    .then(({ query, variables }) =>
      query.startsWith('mutation')
        ? answerMutation(ask, request.headers.authorization, variables)
        : answerDeep(ask, request.headers.authorization),
    )
    .then(
      (text) => response.writeHead(200, { 'content-type': 'application/json' }).end(text),
      (error) => response.writeHead(500).end(String(error)),
    );
}).listen(options.port, '127.0.0.1');
