// What customers of Paygress ask for by a name: images, where they listen, what they need at least (paygress.md 5.5, wire names as there).
// An image is a name here; which content it has is pinned when its owner pulls it, and stays until it is pulled again (`box-images`).
// Beside those that Hearth knows are the owner's own, which customers ask for by the name of the image.

import { createHash } from 'node:crypto';
import type { MachineImage, OwnImage } from '../../../src-preload/contract/settings/boxes.ts';
import { fullName } from '../containers/image-name.ts';

export interface TemplatePort {
  /** In the box. */
  readonly port: number;
  readonly wire: 'http' | 'ws' | 'rpc' | 'tcp';
  readonly label: string;
}

export interface Template {
  readonly slug: string;
  /** With its registry: engines differ in what they add to a shorter one. */
  readonly image: string;
  readonly ports: readonly TemplatePort[];
  readonly env: Readonly<Record<string, string>>;
  /** Where it keeps what lasts as long as the box; null: it keeps nothing. */
  readonly dataPath: string | null;
  readonly minimum: { readonly cpuMillicores: number; readonly memoryMiB: number; readonly diskMiB: number };
  /** It listens there when it is ready. */
  readonly healthPort: number;
  readonly openFiles?: number;
  /** By which what was pulled is known here; left out: its slug. */
  readonly pin?: string;
  /** Of an image of the owner's own, the only ones that are not asked for by their slug. */
  readonly own?: {
    /** Where its sshd listens in the box. */
    readonly sshPort?: number;
    /** Its environment takes the password of root by this name. */
    readonly passwordVariable?: string;
  };
  /** A whole machine that begins with that disk; left out: a container. */
  readonly machine?: { readonly from: string; readonly sha256: string | undefined };
}

const GIB = 1024;

export const TEMPLATES: readonly Template[] = [
  {
    slug: 'nostr-relay',
    image: 'docker.io/dockurr/strfry:latest',
    ports: [{ port: 7777, wire: 'ws', label: 'relay-ws' }],
    env: { STRFRY_DB_PATH: '/app/strfry-db', RELAY_NAME: 'paygress-relay' },
    dataPath: '/app/strfry-db',
    minimum: { cpuMillicores: 500, memoryMiB: 512, diskMiB: 5 * GIB },
    healthPort: 7777,
    openFiles: 1_048_576,
  },
  {
    slug: 'inference-endpoint',
    image: 'docker.io/ollama/ollama:latest',
    ports: [{ port: 11_434, wire: 'http', label: 'ollama-http' }],
    env: { OLLAMA_HOST: '0.0.0.0:11434', OLLAMA_MODELS: '/root/.ollama/models' },
    dataPath: '/root/.ollama',
    minimum: { cpuMillicores: 2000, memoryMiB: 4096, diskMiB: 20 * GIB },
    healthPort: 11_434,
  },
  {
    slug: 'headless-browser',
    image: 'ghcr.io/browserless/chromium:latest',
    ports: [
      { port: 3000, wire: 'http', label: 'browserless-http' },
      { port: 9222, wire: 'http', label: 'cdp' },
    ],
    env: { CONNECTION_TIMEOUT: '300000', MAX_CONCURRENT_SESSIONS: '10' },
    dataPath: null,
    minimum: { cpuMillicores: 1000, memoryMiB: 1024, diskMiB: 5 * GIB },
    healthPort: 3000,
  },
  {
    slug: 'bitcoin-node',
    image: 'docker.io/btcpayserver/bitcoin:28.1',
    ports: [
      { port: 8332, wire: 'rpc', label: 'bitcoin-rpc' },
      { port: 8333, wire: 'tcp', label: 'p2p' },
    ],
    env: { BITCOIN_NETWORK: 'regtest', BITCOIN_RPC_USER: 'paygress' },
    dataPath: '/data',
    minimum: { cpuMillicores: 1000, memoryMiB: 2048, diskMiB: 50 * GIB },
    healthPort: 8332,
  },
  {
    slug: 'agent-sandbox',
    image: 'ghcr.io/dhananjaypurohit/paygress-agent-sandbox:0.1.0',
    ports: [{ port: 8080, wire: 'http', label: 'sandbox-exec' }],
    // Its caller sets EXEC_USER and EXEC_PASS: it answers nothing without them.
    env: { WORKSPACE: '/workspace', PYTHONUNBUFFERED: '1', NODE_ENV: 'production' },
    dataPath: '/workspace',
    minimum: { cpuMillicores: 500, memoryMiB: 1024, diskMiB: 5 * GIB },
    healthPort: 8080,
  },
  {
    slug: 'openclaw',
    image: 'ghcr.io/openclaw/openclaw:latest',
    ports: [{ port: 18_789, wire: 'http', label: 'openclaw-gateway' }],
    env: { OPENCLAW_GATEWAY_PORT: '18789', OPENCLAW_GATEWAY_HOST: '0.0.0.0', OPENCLAW_CONFIG_DIR: '/data/.openclaw' },
    dataPath: '/data/.openclaw',
    minimum: { cpuMillicores: 1000, memoryMiB: 2048, diskMiB: 5 * GIB },
    healthPort: 18_789,
  },
];

/** No slug of a template begins so. */
const OWN = 'own-';

/** What a shell with an SSH server needs; an image that needs more fails to start, and is paid back. */
const OWN_MINIMUM = { cpuMillicores: 100, memoryMiB: 64, diskMiB: 64 } as const;

/** Nor so. */
const MACHINE = 'machine-';

/** What a small Linux starts in. */
const MACHINE_MINIMUM = { cpuMillicores: 250, memoryMiB: 256, diskMiB: 3 * GIB } as const;

export function templatesWith(
  images: readonly OwnImage[],
  machines: readonly MachineImage[] = [],
): readonly Template[] {
  return [...TEMPLATES, ...images.map(ownTemplate), ...machines.map(machineTemplate)];
}

function machineTemplate({ name, from, sha256, memoryMiB, diskMiB }: MachineImage): Template {
  return {
    slug: `${MACHINE}${name}`,
    image: name,
    ports: [],
    env: {},
    dataPath: null,
    minimum: {
      ...MACHINE_MINIMUM,
      ...(memoryMiB !== undefined && { memoryMiB }),
      ...(diskMiB !== undefined && { diskMiB }),
    },
    healthPort: 22,
    own: { sshPort: 22 },
    machine: { from, sha256: sha256?.toLowerCase() },
  };
}

function ownTemplate({ name, image, sshPort, passwordVariable, ports = [], env = {} }: OwnImage): Template {
  const whole = fullName(image);
  // One that is called as an earlier one was is another all the same.
  const pin = `${OWN}${name}-${createHash('sha256').update(whole).digest('hex').slice(0, 12)}`;
  return {
    slug: `${OWN}${name}`,
    pin,
    image: whole,
    ports: ports.map((port) => ({ port, wire: 'tcp', label: `tcp-${port}` })),
    env,
    dataPath: null,
    minimum: OWN_MINIMUM,
    healthPort: (sshPort ?? ports[0])!,
    own: { ...(sshPort !== undefined && { sshPort }), ...(passwordVariable !== undefined && { passwordVariable }) },
  };
}
