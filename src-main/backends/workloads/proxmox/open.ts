// Boxes at a Proxmox VE that its owner has chosen, put together.

import { join } from 'node:path';
import type { BoxEngineChoice } from '../../../../src-preload/contract/settings/boxes.ts';
import { systemRandom } from '../../../base/random.ts';
import { pemsIn } from '../../containers/certificates.ts';
import { EngineUnreachable } from '../../containers/errors.ts';
import { installationOf } from '../../containers/installation.ts';
import { BOX } from '../bounds.ts';
import { ProxmoxRefused } from '../errors.ts';
import type { OpenBoxes, OpenBoxesDeps } from '../open.ts';
import { ownNetworks } from '../own-networks.ts';
import { TEMPLATES } from '../templates.ts';
import { ProxmoxBoxes } from './boxes.ts';
import { ProxmoxClient, ProxmoxError } from './client.ts';
import { Cluster } from './cluster.ts';
import { ProxmoxImages } from './images.ts';

const ANSWER_MS = 20_000;
const TLS_PORT = 8006;
const TOKEN = /^[^\s@!=]+@[^\s@!=]+![^\s@!=]+=[0-9a-zA-Z-]{8,128}$/;

/** Rejects with RemoteCertificates, EngineUnreachable or ProxmoxRefused. */
export async function openProxmox(
  { at, certificates, storage, bridge, vmids }: Extract<BoxEngineChoice, { engine: 'proxmox' }>,
  { clock, logger, dataDir, mbitPerSecond = () => BOX.mbitPerSecond, templates = () => TEMPLATES }: OpenBoxesDeps,
  signal: AbortSignal,
): Promise<OpenBoxes> {
  const url = new URL(at);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const [said] = await pemsIn(certificates, ['token'] as const);
  // Where it is not there, its certificate is one that everybody believes.
  const [ca] = await pemsIn(certificates, ['ca.pem'] as const).catch(() => [undefined]);
  const token = said.trim();
  if (!TOKEN.test(token)) throw new ProxmoxRefused(host, new Error('expected user@realm!name=secret'));
  const client = new ProxmoxClient({ origin: `https://${url.hostname}:${url.port || TLS_PORT}`, token, ca }, clock);
  const folder = join(dataDir, 'workloads');
  const installation = installationOf(folder);
  const cluster = new Cluster(client, installation);
  try {
    await cluster.nodes(AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]));
  } catch (error) {
    await client.close();
    signal.throwIfAborted();
    const refused = error instanceof ProxmoxError && (error.status === 401 || error.status === 403);
    throw refused ? new ProxmoxRefused(host, error) : new EngineUnreachable(host, error);
  }
  const images = new ProxmoxImages({ clock, client, cluster, templates, folder });
  const boxes = new ProxmoxBoxes({
    clock,
    random: systemRandom,
    logger,
    client,
    cluster,
    at,
    installation,
    storage,
    bridge,
    vmids,
    trial: async (within) => (await images.list(within)).find(({ pinned }) => pinned !== null)?.pinned?.id,
    ownNetworks,
    mbitPerSecond,
  });
  return {
    // Customers are led through this computer.
    engine: { kind: 'proxmox', make: 'proxmox', at, rootless: false, host: null, elsewhere: true, certificates },
    boxes,
    images,
  };
}
