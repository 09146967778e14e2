/** The most that node:http can do: the right answer, as bytes, whatever is asked. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { readArguments } from './arguments.mjs';

const options = readArguments();
const answer = readFileSync(options.answer);
const headers = { 'content-type': 'application/json', 'content-length': answer.length };

createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, headers).end(answer);
  });
}).listen(options.port, '127.0.0.1');
