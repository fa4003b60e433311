// A whole little network on this computer: a directory, a model server and a client that sends friendly tasks. The node
// in the middle is the real one.

import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { type ModelServer, startModelServer } from '../model-server.ts';
import type { StartPractice } from '../practice.ts';
import { type Consumer, createConsumer } from './consumer.ts';
import { type Directory, startDirectory } from './directory.ts';
import { rehearseIicp } from './rehearsal.ts';
import { startTraffic, type Traffic, type TrafficOptions } from './traffic.ts';

export interface PracticeOptions {
  /** Default: a task every 0.4 to 2.5 s, two at a time. It waits by itself until a node is registered. */
  readonly traffic?: Partial<TrafficOptions>;
  /** Before each answer of the model server, milliseconds; default 150, so that a task can be seen running. */
  readonly modelDelayMs?: number;
  /** How long the model takes to load when it is cold, milliseconds. Default 300. */
  readonly modelLoadMs?: number;
  /** Before the directory looks at a receipt, milliseconds; default at once. */
  readonly awardAfterMs?: number;
  /** Sent to nodes by the directory, milliseconds. Default 30000. */
  readonly nextHeartbeatMs?: number;
}

export interface PracticeNetwork {
  /** The base to which a node appends `/v1/...`. */
  readonly directoryUrl: string;
  /** A model server with Ollama's shapes. */
  readonly modelUrl: string;
  readonly directory: Directory;
  readonly model: ModelServer;
  readonly consumer: Consumer;
  readonly traffic: Traffic;
  /** Stops traffic, consumer and servers, in this order. May be called twice. */
  stop(): Promise<void>;
}

/** Starts everything on 127.0.0.1 and free ports. Only these objects allow private addresses. */
export async function startPracticeNetwork(
  { clock, random, logger }: { readonly clock: Clock; readonly random: Random; readonly logger: Logger },
  options: PracticeOptions = {},
): Promise<PracticeNetwork> {
  const log = logger.child('practice');
  const model = await startModelServer(
    { clock },
    { shape: 'ollama', delayMs: options.modelDelayMs ?? 150, loadMs: options.modelLoadMs ?? 300, remember: 100 },
  );
  let directory: Directory;
  try {
    directory = await startDirectory(
      { clock, random },
      {
        allowPrivateEndpoints: true,
        nextHeartbeatMs: options.nextHeartbeatMs,
        awardAfterMs: options.awardAfterMs,
      },
    );
  } catch (error) {
    await model.stop();
    throw error;
  }
  const consumer = createConsumer(
    { clock, random },
    { directoryUrl: directory.url, allowPrivate: true, consumerId: 'practice-guest' },
  );
  const onResult = options.traffic?.onResult;
  const traffic = startTraffic(
    { clock, random, consumer },
    {
      everyMs: options.traffic?.everyMs ?? [400, 2500],
      concurrency: options.traffic?.concurrency ?? 2,
      onResult(outcome) {
        if (outcome.ok) log.debug('practice task answered', { latencyMs: Math.round(outcome.result.latencyMs) });
        else log.info('practice task failed', { error: outcome.error });
        onResult?.(outcome);
      },
    },
  );
  log.info('practice network started', { directoryUrl: directory.url, modelUrl: model.url });
  return {
    directoryUrl: directory.url,
    modelUrl: model.url,
    directory,
    model,
    consumer,
    traffic,
    async stop() {
      await traffic.stop();
      consumer.close();
      await directory.stop();
      await model.stop();
    },
  };
}

/** A model takes its time; so that a task can be seen running, this one does too. */
const THINKING_MS = 900;
/** So that what was earned can be seen on its way before it is received. */
const AWARDING_MS = 2500;

const practise: StartPractice = async (deps) => {
  const network = await startPracticeNetwork(deps, { modelDelayMs: THINKING_MS, awardAfterMs: AWARDING_MS });
  return {
    settings: {
      'backends.inference': [{ kind: 'ollama', url: network.modelUrl }],
      'networks.iicp.directoryUrl': network.directoryUrl,
      'networks.iicp.bind': '127.0.0.1',
      'networks.iicp.port': 0,
    },
    stop: () => network.stop(),
  };
};

export const practiseIicp: StartPractice = Object.assign(practise, { rehearseTasks: rehearseIicp });
