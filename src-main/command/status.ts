// `hearth status`: what the node does now, and why.

import type { Reason } from '../../src-preload/contract/define.ts';
import type { Sum } from '../../src-preload/contract/earnings.ts';
import type { Output } from '../../src-preload/contract/index.ts';
import type { NetworkState } from '../../src-preload/contract/networks/index.ts';
import { kindNames } from '../backends/inference/recognise.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { amountText } from './figures.ts';
import { plain, type Terminal } from './terminal.ts';
import { NO_NODE, nothing, verb } from './verb.ts';

export const statusVerb = verb({
  name: 'status',
  about: 'what the node does now, and why',
  node: 'optional',
  json: 'whether it runs, and its node, networks, work, earnings and backends as the pages have them.',
  exits: { notRunning: NO_NODE },
  read: nothing,
  run: ({ json }, { node, terminal }) => status(node, json, terminal),
});

async function status(node: SocketClient | undefined, json: boolean, { print }: Terminal): Promise<number> {
  if (!node) {
    print(json ? jsonText({ running: false }) : 'Hearth is not running. Start it with "hearth serve".');
    return EXIT.notRunning;
  }
  const [{ value: state }, { value: networks }, { value: work }, { value: earnings }, { value: backends }] =
    await Promise.all([
      node.request('node.get', undefined),
      node.request('networks.get', undefined),
      node.request('work.get', undefined),
      node.request('earnings.get', undefined),
      node.request('backends.get', undefined),
    ]);
  if (json) print(jsonText({ running: true, node: state, networks, work, earnings, backends }));
  else for (const text of statusLines(state, networks, work, earnings, backends)) print(plain(text));
  return EXIT.ok;
}

/** How a network has this node, where its bare state would not say it. */
const STANDING: Readonly<Record<NetworkState, string>> = {
  off: 'off',
  starting: 'joining',
  online: 'online',
  degraded: 'in trouble, it tries again',
  blocked: 'no work can come yet',
};

function statusLines(
  node: Output<'node.get'>['value'],
  networks: Output<'networks.get'>['value'],
  work: Output<'work.get'>['value'],
  earnings: Output<'earnings.get'>['value'],
  backends: Output<'backends.get'>['value'],
): string[] {
  const because = node.reason ? why(node.reason) : [];
  const { done, failed, refused } = work.today;
  return [
    `${node.sentence}${node.practice ? ' (practice: nothing here is real)' : ''}`,
    ...because,
    `Today: ${done} done, ${failed} failed, ${refused} refused`,
    ...money('Received today', earnings.standing?.today.received ?? [], networks),
    ...money('On its way', earnings.standing?.today.onItsWay ?? [], networks),
    ...networks.flatMap((network) => [
      `${network.title}: ${STANDING[network.state]}${network.address ? ` at ${network.address}` : ''}`,
      ...(network.reason && network.reason.code !== node.reason?.code ? why(network.reason) : []),
    ]),
    ...backends.map(
      ({ kind, url, state, models }) =>
        `${kindNames[kind]} at ${url}: ${state}, ${models.length} ${models.length === 1 ? 'model' : 'models'}`,
    ),
  ].map(plain);
}

const why = ({ message, action }: Reason) => [`  ${message}${action ? ` ${action}` : ''}`];

function money(name: string, sums: readonly Sum[], networks: Output<'networks.get'>['value']): string[] {
  return sums.map(
    ({ network, unit, amountMicro }) =>
      `${name}: ${amountText(amountMicro, unit)} (${networks.find(({ id }) => id === network)?.title ?? network})`,
  );
}
