// The spans themselves, with the names of OpenTelemetry's conventions for generative AI, and never anything of what was asked
// or answered. Loaded by spans.ts alone. Where to and how is read from the OTEL_ variables by OpenTelemetry itself.

import { type Attributes, type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { BackendKind } from '../../../../src-preload/contract/settings/backends.ts';
import type { InferenceTask } from '../../../backends/backend.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { WatchedEnd, WatchedTask } from './watch.ts';

export interface SpanDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Spans that wait for a collector that is slow or away; further ones are dropped. About 2 kB each. */
const MOST_WAITING = 2048;
const AT_ONCE = 256;
const SEND_MS = 5000;
const CLOSE_MS = 2000;
/** Ids and names alone stand in attributes; strangers choose some of them. */
const LONGEST = 255;

/** `gen_ai.operation.name`; the first three are the convention's own. */
const OPERATIONS: Readonly<Record<InferenceTask, string>> = {
  'llm:chat': 'chat',
  'llm:completion': 'text_completion',
  'llm:embedding': 'embeddings',
  'audio:transcribe': 'transcription',
  'audio:speech': 'speech',
  'safety:moderate': 'moderation',
};

export class OtlpSpans {
  readonly #deps: SpanDeps;
  readonly #provider: TracerProvider;

  constructor(deps: SpanDeps, { version, nodeId }: { readonly version: string; readonly nodeId: string }) {
    this.#deps = deps;
    const own = { 'service.name': 'hearth', 'service.version': version, 'service.instance.id': nodeId };
    this.#provider = new TracerProvider({
      resource: defaultResource()
        .merge(resourceFromAttributes(own))
        .merge(detectResources({ detectors: [envDetector] })),
      spanLimits: { attributeValueLengthLimit: LONGEST },
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new OTLPTraceExporter({ timeoutMillis: SEND_MS }),
          maxQueueSize: MOST_WAITING,
          maxExportBatchSize: AT_ONCE,
        }),
      ],
    });
  }

  begin(task: WatchedTask, provider: BackendKind | undefined): (end: WatchedEnd) => void {
    const attributes: Attributes = {
      'iicp.task_id': task.taskId,
      'iicp.intent': task.intent,
      'iicp.qos': task.qos,
      'gen_ai.operation.name': OPERATIONS[task.kind],
      'gen_ai.request.model': task.asked ?? task.model,
      ...(provider && { 'gen_ai.provider.name': provider }),
    };
    const tracer = this.#provider.getTracer('hearth');
    const span = tracer.startSpan(
      'iicp.task.execute',
      { kind: SpanKind.SERVER, attributes },
      contextOf(task.traceparent),
    );
    return (end) => {
      if (end.state === 'done') {
        span.setAttribute('gen_ai.response.model', task.model);
        span.setAttribute('gen_ai.usage.input_tokens', end.tokensIn ?? 0);
        span.setAttribute('gen_ai.usage.output_tokens', end.tokensOut ?? 0);
      } else {
        span.setAttribute('error.type', end.code ?? end.state);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    };
  }

  async close(): Promise<void> {
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#deps.clock.after(CLOSE_MS, resolve);
    });
    const sent = this.#provider.shutdown().catch((error: unknown) => {
      this.#deps.logger.warn('the last traces could not be sent', { error });
    });
    await Promise.race([sent, late]);
    cancel();
  }
}

/** Child of the caller's span, where its header named one. */
function contextOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = traceparent?.split('-') ?? [];
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}
