// What a customer writes and reads, in its own hand: nothing of it is shared with the network that it tries out.

import { isObject } from '../../base/object.ts';

export interface Wanted {
  /** Of the offer; left out: its first. */
  readonly spec?: string;
  readonly image?: string;
  readonly template?: string;
  readonly password?: string;
  /** Whatever else goes into the request, such as `replication`. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface SeenProvider {
  readonly key: string;
  readonly name: string;
  readonly specs: readonly { readonly id: string; readonly msatsPerSecond: number }[];
  readonly mints: readonly string[];
  readonly isolation: string;
  /** What can be made there, among other words. */
  readonly capabilities: readonly string[];
  /** Epoch seconds of its newest heartbeat; undefined: there is none of the last five minutes. */
  readonly beatAt: number | undefined;
  /** Millicores that it says are free. */
  readonly freeCpu: number | undefined;
}

export type Answer =
  | {
      readonly is: 'access';
      readonly pod: string;
      readonly host: string;
      readonly sshPort: number;
      readonly expiresAt: number;
      readonly ports: readonly { readonly host: number; readonly box: number; readonly label: string }[];
      readonly lines: readonly string[];
    }
  | { readonly is: 'topup'; readonly pod: string; readonly seconds: number; readonly expiresAt: number }
  | { readonly is: 'status'; readonly pod: string; readonly status: string; readonly seconds: number }
  /** `refund`: a token that gives the payment back. */
  | {
      readonly is: 'error';
      readonly type: string;
      readonly message: string;
      readonly details: string | null;
      readonly refund: string | undefined;
    }
  | { readonly is: 'something else'; readonly text: string }
  /** None in time. */
  | { readonly is: 'silence' };

export function spawnText(token: string, { spec, image, template, password, more }: Wanted): string {
  return JSON.stringify({
    cashu_token: token,
    pod_spec_id: spec ?? null,
    pod_image: image ?? '',
    ssh_username: 'user',
    ssh_password: password ?? '',
    ...(template !== undefined && { template_slug: template }),
    ...more,
  });
}

export const topUpText = (pod: string, token: string): string => JSON.stringify({ pod_npub: pod, cashu_token: token });
export const statusText = (pod: string): string => JSON.stringify({ pod_id: pod });

export function readAnswer(text: string): Answer {
  const said = parsed(text);
  const { error_type, message, details, pod_npub, instructions, new_expires_at, status, pod_id } = said;
  if (typeof error_type === 'string') {
    const more = typeof details === 'string' ? details : null;
    return { is: 'error', type: error_type, message: String(message), details: more, refund: tokenIn(more ?? '') };
  }
  if (typeof pod_npub === 'string' && Array.isArray(instructions)) {
    return {
      is: 'access',
      pod: pod_npub,
      host: typeof said.host_address === 'string' ? said.host_address : '',
      sshPort: Number(said.node_port),
      expiresAt: Date.parse(String(said.expires_at)),
      ports: (Array.isArray(said.template_ports) ? said.template_ports : []).filter(isObject).map((port) => ({
        host: Number(port.host_port),
        box: Number(port.container_port),
        label: String(port.label),
      })),
      lines: instructions.map(String),
    };
  }
  if (typeof pod_npub === 'string' && typeof new_expires_at === 'string') {
    const seconds = Number(said.extended_duration_seconds);
    return { is: 'topup', pod: pod_npub, seconds, expiresAt: Date.parse(new_expires_at) };
  }
  if (typeof pod_id === 'string' && typeof status === 'string') {
    return { is: 'status', pod: pod_id, status, seconds: Number(said.time_remaining_seconds) };
  }
  return { is: 'something else', text };
}

/** As the content of an offer has it; undefined: no offer. */
export function readSeen(key: string, content: string): Omit<SeenProvider, 'beatAt' | 'freeCpu'> | undefined {
  const said = parsed(content);
  // Spoofed ones name somebody else.
  if (said.provider_npub !== key || !Array.isArray(said.specs) || !Array.isArray(said.whitelisted_mints))
    return undefined;
  return {
    key,
    name: String(said.hostname),
    specs: said.specs.filter(isObject).map((spec) => ({
      id: String(spec.id),
      msatsPerSecond: Number(spec.rate_msats_per_sec),
    })),
    mints: said.whitelisted_mints.map(String),
    isolation: String(said.isolation_level),
    capabilities: (Array.isArray(said.capabilities) ? said.capabilities : []).map(String),
  };
}

export function readBeat(content: string): { readonly at: number; readonly freeCpu: number } {
  const { timestamp, available_capacity } = parsed(content);
  return {
    at: Number(timestamp),
    freeCpu: Number(isObject(available_capacity) ? available_capacity.cpu_available : Number.NaN),
  };
}

const tokenIn = (text: string): string | undefined => /cashu[AB][A-Za-z0-9_=-]+/.exec(text)?.[0];

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
