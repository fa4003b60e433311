// Honest callers in a thread of their own, so that what the attackers of this process do can't be taken for the node's slowness. Each
// task is a new connection. A new one begins every few milliseconds whether or not those before were answered: a node that stands
// still shows in all that came meanwhile.

import { request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { askOn } from './ask-on.ts';

const GIVE_UP_MS = 20_000;

const { port } = workerData as { readonly port: number };
let stop: (() => Promise<readonly (number | undefined)[]>) | undefined;
let count = 0;

parentPort!.on('message', (word: 'once' | 'begin' | 'end') => {
  if (word === 'begin') stop = askOn(ask);
  else void (word === 'once' ? ask() : stop!()).then((answer) => parentPort!.postMessage(answer));
});

/** The milliseconds that it took; undefined where it was not answered as it should be. */
function ask(): Promise<number | undefined> {
  count += 1;
  const began = performance.now();
  const body = JSON.stringify({
    task_id: `honest-${process.pid}-${count}`,
    intent: 'urn:iicp:intent:llm:chat:v1',
    payload: { messages: [{ role: 'user', content: 'hello' }], max_tokens: 4 },
    nonce: `honest-${process.pid}-${count}`,
    constraints: { qos: 'interactive' },
  });
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request(
      { host: '127.0.0.1', port, method: 'POST', path: '/v1/task', agent: false, headers, timeout: GIVE_UP_MS },
      (response) => {
        response.resume();
        response.once('error', () => resolve(undefined));
        response.once('end', () => resolve(response.statusCode === 200 ? performance.now() - began : undefined));
      },
    );
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(undefined));
    asked.end(body);
  });
}
