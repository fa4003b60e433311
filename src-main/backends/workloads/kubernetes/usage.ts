// What the pod of a box uses: as its node counts it, or where that is not shown, as the cluster's own figures have it.

import { z } from 'zod';
import type { BoxStats } from '../backend.ts';
import { type KubernetesClient, KubernetesError } from './client.ts';
import { quantity } from './cluster.ts';

/** Of `/stats/summary` of a kubelet. */
const Summary = z.object({
  pods: z.array(
    z.object({
      podRef: z.object({ name: z.string(), namespace: z.string() }),
      cpu: z.object({ usageCoreNanoSeconds: z.number().optional() }).optional(),
      memory: z.object({ workingSetBytes: z.number().optional() }).optional(),
      network: z.object({ rxBytes: z.number().optional(), txBytes: z.number().optional() }).optional(),
      process_stats: z.object({ process_count: z.number().optional() }).optional(),
    }),
  ),
});
/** Of metrics.k8s.io: how busy it is just now. */
const Metrics = z.object({
  containers: z.array(z.object({ usage: z.object({ cpu: z.string().optional(), memory: z.string().optional() }) })),
});

export interface Usage extends Omit<BoxStats, 'cpuNanos'> {
  /** Since it was started, or how many a second. */
  readonly cpu: { readonly nanos: number } | { readonly perSecond: number };
}

/** Rejects where neither of them says anything. */
export async function usageOf(
  client: KubernetesClient,
  pod: { readonly namespace: string; readonly name: string; readonly node: string },
  signal: AbortSignal,
): Promise<Usage> {
  try {
    const at = `/api/v1/nodes/${encodeURIComponent(pod.node)}/proxy/stats/summary`;
    const { pods } = Summary.parse(await client.ask('GET', at, signal));
    const found = pods.find(({ podRef }) => podRef.name === pod.name && podRef.namespace === pod.namespace);
    if (found?.cpu?.usageCoreNanoSeconds !== undefined) {
      const { rxBytes = 0, txBytes = 0 } = found.network ?? {};
      return {
        cpu: { nanos: found.cpu.usageCoreNanoSeconds },
        memoryBytes: found.memory?.workingSetBytes ?? 0,
        pids: found.process_stats?.process_count ?? null,
        network: { receivedBytes: rxBytes, sentBytes: txBytes },
      };
    }
  } catch (error) {
    // Many may not ask a node.
    if (!(error instanceof KubernetesError && (error.status === 403 || error.status === 404))) throw error;
  }
  const at = `/apis/metrics.k8s.io/v1beta1/namespaces/${pod.namespace}/pods/${pod.name}`;
  const { containers } = Metrics.parse(await client.ask('GET', at, signal));
  return {
    cpu: { perSecond: containers.reduce((sum, { usage }) => sum + quantity(usage.cpu) * 1e9, 0) },
    memoryBytes: containers.reduce((sum, { usage }) => sum + quantity(usage.memory), 0),
    pids: null,
    network: null,
  };
}
