// Tunnels that already run on this computer (IICP 6.1). They are found and held against our own health, never started
// or installed. Whatever they say of themselves, only an answer with our node's id, got through the tunnel, makes them ours.

import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import type { Run } from '../../base/run.ts';
import { TUNNELS } from '../bounds.ts';
import type { HttpProof } from '../inbound.ts';
import type { Get } from './get.ts';

export type TunnelKind = 'given' | 'cloudflared' | 'ngrok' | 'tailscale';

export interface FoundTunnel {
  readonly kind: TunnelKind;
  /** `https://host` or `https://host/path`, without a slash at the end. */
  readonly url: string;
}

export interface TunnelDeps {
  readonly clock: Clock;
  readonly get: Get;
  readonly run: Run;
  readonly env: NodeJS.ProcessEnv;
}

/** In this order: the one that is said to be for IICP first. */
const GIVEN = ['IICP_TUNNEL_URL', 'TUNNEL_URL', 'CLOUDFLARE_TUNNEL_URL'] as const;
/** Where cloudflared tells of itself by default: the first of these that was free. */
const CLOUDFLARED = [20_241, 20_242, 20_243, 20_244, 20_245];
const NGROK = 'http://127.0.0.1:4040/api/tunnels';

/** Those that lead to `port`, as far as they tell; none where the user opted out (`IICP_TUNNEL=0`). */
export async function findTunnels(
  deps: TunnelDeps,
  port: number,
  signal: AbortSignal,
): Promise<readonly FoundTunnel[]> {
  if (deps.env.IICP_TUNNEL === '0') return [];
  const found = await Promise.all([
    cloudflared(deps, port, signal),
    ngrok(deps, port, signal),
    tailscale(deps, port, signal),
  ]);
  const all = [...given(deps.env), ...found.flat()];
  return all.filter(({ url }, index) => all.findIndex((other) => other.url === url) === index).slice(0, TUNNELS.found);
}

/** Whether it is us who answer behind it. */
export async function leadsHere(
  { clock, get }: Pick<TunnelDeps, 'clock' | 'get'>,
  url: string,
  { path, isOurs }: HttpProof,
  signal: AbortSignal,
): Promise<boolean> {
  const got = await within(clock, TUNNELS.healthMs, signal, (limit) => get(`${url}${path}`, limit)).catch(
    () => undefined,
  );
  return got?.status === 200 && isOurs(got.text);
}

function given(env: NodeJS.ProcessEnv): FoundTunnel[] {
  return GIVEN.flatMap((name) => tunnel('given', env[name]?.trim()));
}

/** A quick tunnel tells its name, but not where it leads; a named one tells its rules. */
async function cloudflared({ clock, get }: TunnelDeps, port: number, signal: AbortSignal): Promise<FoundTunnel[]> {
  const found = CLOUDFLARED.map(async (at) => {
    const ask = (path: string) =>
      within(clock, TUNNELS.localMs, signal, (limit) => get(`http://127.0.0.1:${at}${path}`, limit));
    const [quick, config] = await Promise.all([ask('/quicktunnel'), ask('/config')]);
    const hostname = quick?.status === 200 ? parsed(quick.text, Quick)?.hostname : undefined;
    const rules = config?.status === 200 ? (parsed(config.text, Config)?.config.ingress ?? []) : [];
    const named = rules.filter((rule) => rule.path === undefined && leadsTo(rule.service, port));
    return [
      ...(hostname ? [hostname] : []),
      ...named.flatMap((rule) => (rule.hostname ? [rule.hostname] : [])),
    ].flatMap((host) => (HOST.test(host) ? tunnel('cloudflared', `https://${host}`) : []));
  });
  return (await Promise.all(found)).flat();
}

/** Where several are open, those that lead to our port. */
async function ngrok({ clock, get }: TunnelDeps, port: number, signal: AbortSignal): Promise<FoundTunnel[]> {
  const got = await within(clock, TUNNELS.localMs, signal, (limit) => get(NGROK, limit));
  const open = got?.status === 200 ? (parsed(got.text, Ngrok)?.tunnels ?? []) : [];
  const here = open.filter(({ config }) => leadsTo(config.addr, port));
  return (here.length > 0 ? here : open).flatMap(({ public_url: url }) => tunnel('ngrok', url));
}

/** Funnel is a leave for strangers over what `serve` hands out to one's own devices. */
async function tailscale({ clock, run }: TunnelDeps, port: number, signal: AbortSignal): Promise<FoundTunnel[]> {
  const ask = async <T extends z.ZodType>(shape: T, ...args: readonly string[]) => {
    const answered = await within(clock, TUNNELS.localMs, signal, (limit) => run('tailscale', args, limit));
    return answered?.kind === 'done' ? parsed(answered.text, shape) : undefined;
  };
  const status = await ask(z.object({ BackendState: z.string() }), 'status', '--json', '--peers=false');
  if (status?.BackendState !== 'Running') return [];
  const served = await ask(Served, 'serve', 'status', '--json');
  if (!served) return [];
  return [served, ...Object.values(served.Foreground ?? {})].flatMap(({ AllowFunnel, Web }) =>
    Object.entries(AllowFunnel ?? {}).flatMap(([place, allowed]) => {
      const target = Web?.[place]?.Handlers?.['/']?.Proxy;
      return allowed && target !== undefined && leadsTo(target, port) ? tunnel('tailscale', `https://${place}`) : [];
    }),
  );
}

const HOST = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;
const Text = z.string().max(2000);
const Quick = z.object({ hostname: Text });
const Rule = z.object({ hostname: Text.nullish(), service: Text.catch(''), path: Text.optional() });
const Config = z.object({ config: z.object({ ingress: z.array(Rule).max(500).nullish() }) });
const Ngrok = z.object({
  tunnels: z
    .array(z.object({ public_url: Text, config: z.object({ addr: Text.catch('') }).catch({ addr: '' }) }))
    .max(100),
});
const Handlers = z.object({ Handlers: z.record(Text, z.object({ Proxy: Text.optional() })).nullish() });
const Serve = z.object({
  AllowFunnel: z.record(Text, z.boolean()).nullish(),
  Web: z.record(Text, Handlers).nullish(),
});
const Served = Serve.extend({ Foreground: z.record(Text, Serve).nullish() });

/** `http://localhost:9484`, `localhost:9484`, `9484`. */
function leadsTo(target: string, port: number): boolean {
  return new RegExp(`(^|:)${port}/?$`).test(target);
}

/** Only https: everything else would show strangers on the way what is said. */
function tunnel(kind: TunnelKind, text: string | undefined): FoundTunnel[] {
  if (!text || !URL.canParse(text)) return [];
  const { protocol, host, pathname, username, password, search, hash } = new URL(text);
  if (protocol !== 'https:' || username || password || search || hash) return [];
  return [{ kind, url: `https://${host}${pathname.replace(/\/+$/, '')}` }];
}

function parsed<T extends z.ZodType>(text: string, shape: T): z.output<T> | undefined {
  try {
    return shape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  ask: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const cancel = clock.after(ms, () => late.abort());
  try {
    return await ask(AbortSignal.any([signal, late.signal]));
  } finally {
    cancel();
  }
}
