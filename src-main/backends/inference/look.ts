// Asking a server about itself: a bounded wait, and every way it can go wrong as a state with a reason.

import { BackendKind } from '../../../src-preload/contract/settings/backends.ts';
import type { Clock } from '../../base/clock.ts';
import type { BackendStatus, ModelStatus } from '../backend.ts';
import type { Exchange, Upstream } from './http.ts';
import { kindNames } from './recognise.ts';
import { type Json, parseObject } from './shapes.ts';

/** What a look found; the clock is read by the caller. */
export type Look = Omit<BackendStatus, 'checkedAt'>;

/** An answer with the JSON object in it, or what the user reads instead, with what the answer was where one came. */
export type Asked =
  | { readonly json: Json }
  | { readonly trouble: Look; readonly status?: number; readonly said?: Json | undefined };

/** The code where something answers, but not as was expected. */
export const WRONG_ANSWER = 'backends.wrong-answer';

/** For a look that the user waits for. */
export const CHECK_MS = 2000;

/** Runs `run` with a signal that aborts after `ms` or with `outer`. */
export async function within<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  if (outer?.aborted) abort();
  outer?.addEventListener('abort', abort);
  const cancel = clock.after(ms, abort);
  try {
    return await run(stop.signal);
  } finally {
    cancel();
    outer?.removeEventListener('abort', abort);
  }
}

export async function ask(upstream: Upstream, path: string, signal: AbortSignal): Promise<Asked> {
  const exchange = await upstream.get(path, signal);
  const trouble = troubleOf(exchange, upstream.root);
  if (exchange.kind !== 'reply') return { trouble: trouble ?? notAModelServer(upstream.root) };
  const { status, bytes } = exchange;
  const json = parseObject(bytes.toString());
  if (trouble) return { trouble, status, said: json };
  return json ? { json } : { trouble: notAModelServer(upstream.root), status };
}

/** What it means where no answer came at all: then what else was learnt in that look is worth nothing. */
export function silence(asked: Asked): Look | undefined {
  return 'trouble' in asked && asked.status === undefined ? asked.trouble : undefined;
}

/** What a server with models has, summed up from the states of each: as ready as its readiest model. */
export function standing(
  models: readonly ModelStatus[],
  more: { readonly version?: string | null; readonly slots?: number | undefined } = {},
): Look {
  const { version = null, slots } = more;
  const [state, reason] = summary(new Set(models.map((model) => model.state)));
  return { state, reason, version, models, ...(slots !== undefined && { slots }) };
}

const LOADING = { code: 'backends.loading', message: 'A model is being loaded. Tasks wait until it is ready.' };

/** What says that it is not ready yet, and nothing of its models. */
export const stillLoading: Look = { state: 'loading', reason: LOADING, version: null, models: [] };

function summary(states: ReadonlySet<ModelStatus['state']>): [Look['state'], Look['reason']] {
  if (states.has('loaded') || states.has('unknown')) return ['ready', null];
  if (states.has('loading')) return ['loading', LOADING];
  if (states.has('cold')) {
    return ['cold', { code: 'backends.cold', message: 'No model is loaded. The first task waits until one is.' }];
  }
  return [
    'failing',
    {
      code: 'backends.model-failing',
      message: 'The server says that its model has failed.',
      action: 'Look into its log: often memory is short. Load the model again, or a smaller one.',
    },
  ];
}

export function noModel(message: string, action: string, version: string | null = null): Look {
  return { ...troubled('no-model', 'no-model', message, action), version };
}

export function troubled(state: Look['state'], code: string, message: string, action: string): Look {
  return { state, reason: { code: `backends.${code}`, message, action }, version: null, models: [] };
}

export function notAModelServer(root: string): Look {
  return troubled(
    'failing',
    'wrong-answer',
    `What answers at ${root} is not the model server expected there.`,
    'Check the address, and whether the server is set as the right kind.',
  );
}

/** Undefined where what answers is no known make but the one that it was set as. */
export function wrongKind(root: string, set: BackendKind, found: string): Look | undefined {
  const { data: kind } = BackendKind.safeParse(found);
  if (!kind || kind === set) return undefined;
  return troubled(
    'failing',
    'wrong-kind',
    `What answers at ${root} is ${kindNames[kind]}, but it is set as ${kindNames[set]}.`,
    `Set its kind to "${kind}", or correct its address.`,
  );
}

function troubleOf(exchange: Exchange, root: string): Look | undefined {
  switch (exchange.kind) {
    case 'lost':
      return troubled(
        'not-found',
        exchange.refused ? 'not-found' : 'lost',
        `Nothing answers at ${root}.`,
        'Start the model server, or correct its address.',
      );
    case 'aborted':
      return troubled(
        'not-found',
        'no-answer',
        `The server at ${root} did not answer in time.`,
        'Look whether it is busy or stuck; restarting it may help.',
      );
    case 'not-http':
    case 'too-large':
      return notAModelServer(root);
    case 'reply':
      return statusTrouble(exchange.status, root);
  }
}

function statusTrouble(status: number, root: string): Look | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 401 || status === 403 || status === 407) {
    return troubled(
      'failing',
      'denied',
      `The server at ${root} wants a key, or does not accept the one it was given.`,
      'Set its API key in the settings.',
    );
  }
  if (status >= 500 || status === 429) {
    return troubled(
      'failing',
      'server-error',
      `The server at ${root} answers with an error (${status}).`,
      'It may still be starting. If it stays so, its own log tells more.',
    );
  }
  return notAModelServer(root);
}
