// A whole node that ends itself by SIGKILL at the n-th thing that it does with a job: before and after each write to its database, each
// request and each file, and in the middle of what it sends and receives. Orders come as lines of JSON on standard input: `{"killAt": n}`
// counts from the next lease on, `{"stop": true}` ends it in good order. It says that it is ready, where it was killed, and how far
// it counted.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Exchange, Http } from '../../../../src-main/networks/posemesh/http.ts';
import { Scratch } from '../../../../src-main/networks/posemesh/storage/scratch.ts';
import { DurableWriter } from '../../../../src-main/storage/writer.ts';
import { composed } from '../../../support/composed.ts';

export interface KillChildTask {
  readonly dataDir: string;
  /** Set before the start, by path. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const task = JSON.parse(process.argv[2]!) as KillChildTask;
const say = (word: unknown) => void writeSync(1, `${JSON.stringify(word)}\n`);

let killAt: number | undefined;
let counting = false;
let points = 0;

function at(point: string): void {
  if (!counting || killAt === undefined) return;
  points += 1;
  if (points !== killAt) return;
  // At once: nothing after it is done any more.
  say({ killed: point });
  process.kill(process.pid, 'SIGKILL');
}

/** `UPDATE posemesh_jobs`, of the first statement. */
const named = (sql: string) =>
  sql.replace(/\s+/g, ' ').replace(/^(\w+) (?:INTO |FROM |OR \w+ INTO )?(\w+).*$/, '$1 $2');

const commit = DurableWriter.prototype.commit;
DurableWriter.prototype.commit = async function (writes) {
  const what = `the write ${named(writes[0]!.sql)}`;
  at(`before ${what}`);
  await commit.call(this, writes);
  at(`after ${what}`);
};

/** `POST multipart ?partNumber` */
function requestName({ method, url }: Exchange): string {
  const { pathname, searchParams } = new URL(url);
  const last = pathname.split('/').findLast((part) => !/^[0-9a-f-]{36}$/.test(part));
  const query = [...searchParams.keys()].join('&');
  return `${method} ${last}${query === '' ? '' : `?${query}`}`;
}

async function* cut(body: AsyncIterable<Buffer>, point: string): AsyncIterable<Buffer> {
  for await (const piece of body) {
    yield piece;
    at(point);
  }
}

/** A body that streams is cut as well. */
const watched = (exchange: Exchange, name: string): Exchange =>
  exchange.body === undefined || typeof exchange.body === 'string' || Buffer.isBuffer(exchange.body)
    ? exchange
    : { ...exchange, body: cut(exchange.body, `amid the body of ${name}`) };

const { whole, streamed } = Http.prototype;
Http.prototype.whole = async function (exchange, limits) {
  const name = requestName(exchange);
  at(`before ${name}`);
  const reply = await whole.call(this, watched(exchange, name), limits);
  if (name.startsWith('GET tasks') && reply.status === 200) counting = true;
  at(`after ${name}`);
  return reply;
};
Http.prototype.streamed = async function (exchange) {
  const name = requestName(exchange);
  at(`before ${name}`);
  const { body, ...reply } = await streamed.call(this, exchange);
  at(`after the head of ${name}`);
  return { ...reply, body: cut(body, `amid the answer to ${name}`) };
};

const create = Scratch.prototype.create;
Scratch.prototype.create = async function (...names) {
  at('before a file of the job');
  const file = await create.apply(this, [...names]);
  at('after a file of the job');
  return file;
};

const engine = await composed(task.dataDir, { logLevel: 'warn' });
for (const [path, value] of Object.entries(task.settings)) await engine.handle('settings.set', { path, value });
await engine.start();
say({ ready: true });

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as { readonly killAt?: number; readonly stop?: boolean };
  if (order.stop) break;
  [killAt, counting, points] = [order.killAt, false, 0];
  say({ counts: true });
}
say({ counted: points });
await engine.stop();
process.exit(0);
