// A span `iicp.task.execute` for each task, sent by OTLP to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names. Without one
// nothing of this is loaded: it would cost memory and the time of a start for what few want.

import type { BackendKind } from '../../../../src-preload/contract/settings/backends.ts';
import type { SpanDeps } from './otlp.ts';
import type { WatchedEnd, WatchedTask } from './watch.ts';

export interface Spans {
  /** The task begins; what it answers ends its span. */
  begin(task: WatchedTask, provider: BackendKind | undefined): (end: WatchedEnd) => void;
  /** Sends what waits, within two seconds. Never rejects. */
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** By the variables of OpenTelemetry's own specification. */
export function wantsSpans(env: Environment): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return Boolean(endpoint) && env.OTEL_SDK_DISABLED?.toLowerCase() !== 'true' && env.OTEL_TRACES_EXPORTER !== 'none';
}

/** Undefined where they are not wanted or can't be sent: a failing report is no reason not to do tasks. */
export async function openSpans(
  deps: SpanDeps,
  facts: { readonly version: string; readonly nodeId: string },
): Promise<Spans | undefined> {
  if (!wantsSpans(process.env)) return undefined;
  try {
    const { OtlpSpans } = await import('./otlp.ts');
    return new OtlpSpans(deps, facts);
  } catch (error) {
    deps.logger.warn('traces are not sent: what OTEL_ variables say was not understood', { error });
    return undefined;
  }
}
