// A box is made: first what holds it, then what belongs to it, and its template last, by which it is there. And it is started: a pod is made of the
// template, and waited for.

import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import {
  BalancerElsewhere,
  ClusterFull,
  FilterFailed,
  LimitsNotKept,
  PortsOutside,
  PortsTaken,
  QuotaFull,
} from '../errors.ts';
import { isThere, KubernetesError } from './client.ts';
import type { Cluster, Kind, Thing } from './cluster.ts';
import { type BoxPlan, rulesHash } from './plan.ts';
import { Pod, stateOf, whyInVain } from './pods.ts';

interface MakingDeps {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly cluster: Cluster;
  readonly address: string;
}

const LOOK_MS = 250;
/** For a balancer to say its address. */
const BALANCER_LOOKS = 80;

const PodSpec = z.looseObject({
  containers: z.array(z.looseObject({ securityContext: z.unknown(), resources: z.unknown(), image: z.string() })),
  initContainers: z.array(z.unknown()).optional(),
  hostNetwork: z.boolean().optional(),
  hostPID: z.boolean().optional(),
  hostIPC: z.boolean().optional(),
  hostUsers: z.boolean().optional(),
  automountServiceAccountToken: z.boolean().optional(),
  dnsConfig: z.unknown(),
  securityContext: z.unknown(),
  volumes: z.array(z.looseObject({ name: z.string() })).optional(),
});
const WithSpec = z.looseObject({ spec: PodSpec });
const Template = z.looseObject({
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  template: z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()) }), spec: PodSpec }),
});
const Balanced = z.object({
  status: z
    .object({
      loadBalancer: z
        .object({
          ingress: z.array(z.object({ ip: z.string().optional(), hostname: z.string().optional() })).optional(),
        })
        .optional(),
    })
    .optional(),
});

/** Rejects as `create` of a backend; what was made by then stays. */
export async function put(deps: MakingDeps, plan: BoxPlan, signal: AbortSignal): Promise<void> {
  const { cluster } = deps;
  const { rules, claim, secret, service, pod, template } = plan;
  await made(cluster, 'networkpolicies', rules, signal).catch((error: unknown) => {
    throw error instanceof KubernetesError ? new FilterFailed(error) : error;
  });
  const kept = await cluster.find('networkpolicies', rules.metadata!.name!, signal);
  if (rulesHash(kept?.spec ?? null) !== rulesHash(rules.spec))
    throw new FilterFailed(new Error('its rules are kept otherwise than they were told'));
  if (claim) await made(cluster, 'persistentvolumeclaims', claim, signal);
  await made(cluster, 'secrets', secret, signal);
  if (service) {
    await made(cluster, 'services', service, signal);
    if (service.spec?.type === 'LoadBalancer') await balanced(deps, service.metadata!.name!, signal);
  }
  // What would refuse it when it starts refuses it before it is paid for.
  assertKept(pod.spec, await answered(cluster, 'pods', pod, signal, true));
  await made(cluster, 'podtemplates', template, signal);
}

type Named = object & { readonly metadata?: { readonly name?: string } };

/** What an earlier try has left of it goes. */
async function made(cluster: Cluster, kind: Kind, body: Named, signal: AbortSignal): Promise<void> {
  try {
    await answered(cluster, kind, body, signal);
  } catch (error) {
    if (!isThere(error)) throw error;
    await cluster.remove(kind, body.metadata!.name!, signal);
    await answered(cluster, kind, body, signal);
  }
}

async function answered(
  cluster: Cluster,
  kind: Kind,
  body: object,
  signal: AbortSignal,
  dryRun = false,
): Promise<unknown> {
  try {
    return await cluster.make(kind, body, signal, dryRun);
  } catch (error) {
    throw meant(error, cluster.namespace);
  }
}

/** In words of its own it says what a code does not. */
function meant(error: unknown, namespace: string): unknown {
  if (!(error instanceof KubernetesError)) return error;
  const { message } = error;
  if (/provided port is already allocated/.test(message)) return new PortsTaken(error);
  if (/provided port is not in the valid range/.test(message)) return new PortsOutside(error);
  if (/exceeded quota/.test(message)) return new QuotaFull(namespace, error);
  return error;
}

/** Who admits pods may change them, and put others’ containers beside. */
function assertKept(told: unknown, answer: unknown): void {
  const { spec } = WithSpec.parse(answer);
  const wanted = PodSpec.parse(told);
  const [asked, kept] = [wanted.containers[0]!, spec.containers[0]];
  const own = new Set(wanted.volumes?.map(({ name }) => name));
  const wrong: readonly (readonly [string, boolean])[] = [
    ['containers', spec.containers.length !== 1 || (spec.initContainers?.length ?? 0) > 0],
    ['host', [spec.hostNetwork, spec.hostPID, spec.hostIPC].includes(true)],
    ['users', wanted.hostUsers === false && spec.hostUsers !== false],
    ['token', spec.automountServiceAccountToken !== false],
    ['image', kept?.image !== asked.image],
    ['resources', !includes(kept?.resources, asked.resources)],
    ['privileges', !includes(kept?.securityContext, asked.securityContext)],
    ['user', !includes(spec.securityContext, wanted.securityContext)],
    ['volumes', spec.volumes?.some(({ name }) => !own.has(name)) === true],
    ['dns', !includes(spec.dnsConfig, wanted.dnsConfig)],
  ];
  const limit = wrong.find(([, is]) => is)?.[0];
  if (limit !== undefined) throw new LimitsNotKept(limit);
}

/** Whether all that was told is kept; more may be there. */
function includes(kept: unknown, told: unknown): boolean {
  if (typeof told !== 'object' || told === null) return kept === told;
  if (typeof kept !== 'object' || kept === null) return false;
  const has = kept as Readonly<Record<string, unknown>>;
  return Object.entries(told).every(([name, value]) => value === undefined || includes(has[name], value));
}

async function balanced({ cluster, clock, address }: MakingDeps, name: string, signal: AbortSignal): Promise<void> {
  for (let looked = 0; looked < BALANCER_LOOKS; looked += 1) {
    const found = Balanced.parse(await cluster.find('services', name, signal));
    const all = found.status?.loadBalancer?.ingress ?? [];
    if (all.some(({ ip, hostname }) => ip === address || hostname === address)) return;
    // A name may lead to whatever address it is.
    if (all.length > 0 && (/^[\d.]+$/.test(address) || all.some(({ hostname }) => hostname !== undefined))) break;
    if (all.length > 0) return;
    await clock.sleep(LOOK_MS, signal);
  }
  throw new BalancerElsewhere(address);
}

/** Resolves when it runs, or has ended by itself; one that does not begin is taken away again. */
export async function startPod(
  { cluster, clock }: Pick<MakingDeps, 'cluster' | 'clock'>,
  made: Thing,
  signal: AbortSignal,
): Promise<void> {
  const { metadata, template } = Template.parse(made);
  const { name } = metadata;
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: cluster.namespace, labels: template.metadata.labels },
    spec: template.spec,
  };
  try {
    const answer = await answered(cluster, 'pods', body, signal).catch((error: unknown) => {
      // One that is there is waited for.
      if (!isThere(error)) throw error;
    });
    if (answer !== undefined) assertKept(template.spec, answer);
    await begun({ cluster, clock }, name, signal);
  } catch (error) {
    await cluster.remove('pods', name, AbortSignal.timeout(LEFT_MS), 0).catch(() => undefined);
    throw error;
  }
}

const LEFT_MS = 30_000;

/** Resolves when its program runs, or has ended. Rejects with ClusterFull, or with why it can't begin. */
export async function begun(
  { cluster, clock }: Pick<MakingDeps, 'cluster' | 'clock'>,
  name: string,
  signal: AbortSignal,
): Promise<Pod> {
  while (true) {
    const found = await cluster.find('pods', name, signal);
    if (!found) throw new Error('its pod has gone');
    const pod = Pod.parse(found);
    if (stateOf(pod) !== 'waiting') return pod;
    const vain = whyInVain(pod);
    // A disk may take a moment.
    if (vain && !/unbound|persistentvolume/i.test(vain.message)) {
      const cause = new Error(`${vain.reason}: ${vain.message}`);
      throw vain.reason === 'Unschedulable' ? new ClusterFull(cause) : cause;
    }
    await clock.sleep(LOOK_MS, signal);
  }
}
