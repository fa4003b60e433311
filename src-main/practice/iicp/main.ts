// The practice servers of IICP, and a model server, as processes of their own:
//   node src-main/practice/iicp/main.ts directory --port 0 [--allow-private] [--no-dial-back] [--heartbeat-ms 30000]
//   node src-main/practice/iicp/main.ts model --shape ollama|openai|lmstudio|llamacpp|vllm|meshllm|anthropic [--port 0] [--models a,b]
//        [--delay-ms 0]
//   node src-main/practice/iicp/main.ts consumer --directory URL --intent URN [--once] [--allow-private] [--plain]
//        [--prompt TEXT | --payload JSON] [--model NAME] [--max-tokens N] [--timeout-ms N] [--node ID]
// Each prints JSON lines on stdout: a server its url once it listens, the consumer its results. A directory also takes
// JSON lines on stdin, {"fault": ..., "route"?, "times"?} or {"state": true}, and answers each with one line.
// Exit codes: 0 stopped or answered, 1 the call failed (the line holds {"error"}), 2 the arguments make no sense.

import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { systemClock as clock } from '../../base/clock.ts';
import { toHearthError } from '../../base/errors.ts';
import { systemRandom as random } from '../../base/random.ts';
import type { ShapeName } from '../model/exchange.ts';
import { SHAPES, startModelServer } from '../model-server.ts';
import { type CallOptions, createConsumer } from './consumer.ts';
import type { Fault } from './directory/faults.ts';
import { type Directory, startDirectory } from './directory.ts';
import { startTraffic } from './traffic.ts';

const CHAT = 'urn:iicp:intent:llm:chat:v1';

class Usage extends Error {}

const print = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

function options() {
  return parseArgs({
    allowPositionals: true,
    allowNegative: true,
    options: {
      host: { type: 'string' },
      port: { type: 'string', default: '0' },
      'allow-private': { type: 'boolean', default: false },
      'dial-back': { type: 'boolean', default: true },
      'heartbeat-ms': { type: 'string' },
      shape: { type: 'string', default: 'ollama' },
      models: { type: 'string' },
      'delay-ms': { type: 'string' },
      directory: { type: 'string' },
      intent: { type: 'string', default: CHAT },
      once: { type: 'boolean', default: false },
      plain: { type: 'boolean', default: false },
      prompt: { type: 'string', default: 'Good evening, hearth.' },
      payload: { type: 'string' },
      model: { type: 'string' },
      node: { type: 'string' },
      'max-tokens': { type: 'string' },
      'timeout-ms': { type: 'string' },
    },
  });
}

type Values = ReturnType<typeof options>['values'];

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Usage(`not a whole number: ${text}`);
  return Number(text);
}

const maybe = (text: string | undefined): number | undefined => (text === undefined ? undefined : whole(text));

/** Runs until SIGTERM or SIGINT. */
function untilAsked(stop: () => Promise<void>): void {
  const end = () => void stop().then(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

async function directory(values: Values): Promise<void> {
  const server = await startDirectory(
    { clock, random },
    {
      host: values.host,
      port: whole(values.port),
      allowPrivateEndpoints: values['allow-private'],
      dialBack: values['dial-back'],
      nextHeartbeatMs: maybe(values['heartbeat-ms']),
    },
  );
  untilAsked(() => server.stop());
  print({ url: server.url });
  createInterface({ input: process.stdin }).on('line', (line) => print(obey(server, line)));
}

function obey(server: Directory, line: string): unknown {
  try {
    const order = JSON.parse(line) as { fault?: Fault | null; route?: string; times?: number; state?: boolean };
    if (order.state) {
      const nodes = server.nodes().map((node) => ({
        ...node,
        metrics: server.metricsOf(node.nodeId),
        beats: server.beatsOf(node.nodeId),
        liveness: server.livenessOf(node.nodeId),
      }));
      return { nodes };
    }
    if (order.fault === undefined) return { error: 'an order is {fault} or {state}' };
    server.fault(order.fault, { route: order.route, times: order.times });
    return { ok: true };
  } catch {
    return { error: 'not JSON' };
  }
}

const isShape = (text: string): text is ShapeName => Object.hasOwn(SHAPES, text);

async function model(values: Values): Promise<void> {
  const { shape } = values;
  if (!isShape(shape)) throw new Usage(`--shape is one of ${Object.keys(SHAPES).join(', ')}`);
  const server = await startModelServer(
    { clock },
    {
      shape,
      host: values.host,
      port: whole(values.port),
      models: values.models?.split(','),
      delayMs: maybe(values['delay-ms']),
      remember: 0,
    },
  );
  untilAsked(() => server.stop());
  print({ url: server.url });
}

async function consumer(values: Values): Promise<void> {
  if (values.directory === undefined) throw new Usage('--directory is required');
  const client = createConsumer(
    { clock, random },
    { directoryUrl: values.directory, allowPrivate: values['allow-private'] },
  );
  if (!values.once) {
    const traffic = startTraffic(
      { clock, random, consumer: client },
      { everyMs: [200, 1000], concurrency: 2, onResult: (outcome) => print(lineOf(outcome)) },
    );
    untilAsked(() => traffic.stop());
    return;
  }
  try {
    print(await client.call(callOf(values)));
  } catch (error) {
    if (error instanceof Usage) throw error;
    print(lineOf({ ok: false, error }));
    process.exitCode = 1;
  } finally {
    client.close();
  }
}

function lineOf(outcome: { ok: true; result: unknown } | { ok: false; error: unknown }): unknown {
  if (outcome.ok) return outcome.result;
  const { code, message, details } = toHearthError(outcome.error);
  return { error: { code, message, details } };
}

function callOf(values: Values): CallOptions {
  const embedding = values.intent.includes(':embedding:');
  const usual = embedding ? { input: values.prompt } : { messages: [{ role: 'user', content: values.prompt }] };
  let payload: unknown = usual;
  if (values.payload !== undefined) {
    try {
      payload = JSON.parse(values.payload);
    } catch {
      throw new Usage('--payload is not JSON');
    }
  }
  return {
    intent: values.intent,
    payload,
    model: values.model,
    maxTokens: maybe(values['max-tokens']),
    timeoutMs: maybe(values['timeout-ms']),
    sealed: !values.plain,
    nodeId: values.node,
  };
}

async function main(): Promise<void> {
  const { positionals, values } = options();
  const [command] = positionals;
  if (command === 'directory') await directory(values);
  else if (command === 'model') await model(values);
  else if (command === 'consumer') await consumer(values);
  else throw new Usage('say one of: directory, model, consumer');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  process.exitCode = error instanceof Usage || error instanceof TypeError ? 2 : 1;
});
