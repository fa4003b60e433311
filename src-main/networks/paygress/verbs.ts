// `hearth paygress ...`: what only Paygress has for the command line.

import { viewOf } from '../../../src-preload/contract/networks/index.ts';
import type { PaygressLease } from '../../../src-preload/contract/networks/paygress.ts';
import { HearthError } from '../../base/errors.ts';
import { type NetworkVerb, networkVerb } from '../verb.ts';

const MSAT = 1000;
const DAY_S = 86_400;
const sats = (msat: number) => `${Math.floor(msat / MSAT)} sat`;
const moment = (at: number) => new Date(at).toISOString();

const offers = networkVerb({
  name: 'offers',
  about: 'what is on offer, whether it is sold now, and how the relays stand',
  node: 'running',
  json: 'the offer, what is free, each relay with what it said, and requests refused by reason.',
  read: () => ({}),
  async run(_, { title, node }) {
    const { value: networks } = await node.request('networks.get', undefined);
    const detail = viewOf(networks, 'paygress')?.detail;
    if (!detail) return { json: null, lines: [`${title}: it is not there.`] };
    const { name, npub, specs, withheld, closed, free, relays, templates, mints, refused } = detail;
    return {
      json: { name, npub, specs, withheld, closed, free, relays, templates, mints, refused },
      lines: [
        `${title}: ${name}  ${npub ?? 'no key yet'}`,
        closed ? `  not sold now: ${closed.message}` : '  sold now',
        ...specs.flatMap(({ id, name: called, cpuMillicores, memoryMiB, diskMiB, gpuMiB, rateMsat }) => {
          const card = gpuMiB === undefined ? '' : `with graphics cards and ${gpuMiB} MiB of their memory, `;
          const why = withheld.find((one) => one.id === id)?.reason;
          return [
            `  ${id}  ${called}: ${cpuMillicores / MSAT} cores, ${memoryMiB} MiB, ${diskMiB} MiB of disk, ${card}${rateMsat} msat a second, ${sats(rateMsat * DAY_S)} a day`,
            ...(why ? [`    ${why.message} ${why.action ?? ''}`] : []),
          ];
        }),
        `  templates: ${templates.join(', ') || 'none'}`,
        `  mints: ${mints.join(', ') || 'none'}`,
        ...relays.map(
          ({ url, open, said }) => `  ${open ? 'open  ' : 'closed'}  ${url}${said === null ? '' : `  ${said}`}`,
        ),
        ...refused.map(({ type, count }) => `  refused ${count}: ${type}`),
      ],
    };
  },
});

const leases = networkVerb({
  name: 'leases',
  about: 'what is rented: by whom, until when, what was paid for it and what went back',
  flags: { all: { about: 'those that are over too' } },
  node: 'running',
  json: 'each lease.',
  read: (_, { all }) => ({ all: all === true }),
  async run({ all }, { id, title, node }) {
    const asked = { id, name: 'leases', input: { limit: 200 } } as const;
    const { items } = (await node.request('networks.ask', asked)) as unknown as { items: readonly PaygressLease[] };
    const shown = items.filter(({ endedAs }) => all || endedAs === null);
    if (shown.length === 0) return { json: shown, lines: [`${title}: nothing is rented.`] };
    return { json: shown, lines: shown.flatMap(linesOf) };
  },
});

function linesOf(lease: PaygressLease): string[] {
  const { customer, spec, image, state, endedAs, paidUntil, paidMsat, backMsat, refundedMsat, refundDueMsat } = lease;
  return [
    `${lease.id}  ${spec}  ${image}  ${endedAs ?? state}  ${customer ?? 'unnamed, over HTTP'}`,
    `  paid ${sats(paidMsat)}, until ${moment(paidUntil)}${backMsat > 0 ? `, would give back ${sats(backMsat)}` : ''}${
      refundedMsat > 0 ? `, gave back ${sats(refundedMsat)}` : ''
    }${refundDueMsat > 0 ? `, owes ${sats(refundDueMsat)}` : ''}`,
  ];
}

const end = networkVerb({
  name: 'end',
  args: 'LEASE',
  about: 'ends a lease before its time, and gives back what is left of its payment',
  node: 'running',
  json: 'its number.',
  read: ([text]) => {
    const lease = Number(text);
    if (!Number.isSafeInteger(lease) || lease < 1) {
      const message = 'Say which lease, by its number: hearth paygress end LEASE';
      throw new HearthError({ code: 'command.usage', category: 'invalid', message });
    }
    return { lease };
  },
  async run({ lease }, { id, title, node, confirm }) {
    await confirm(
      [`${title}: lease ${lease} is paid for. Its customer loses the machine and gets the rest back.`],
      'end it',
    );
    const json = await node.request('networks.ask', { id, name: 'end', input: { id: lease } });
    return { json, lines: [`${title}: lease ${lease} has ended.`] };
  },
});

const refund = networkVerb({
  name: 'refund',
  about: 'tries refunds again that wait for their mint',
  node: 'running',
  json: 'how many still wait, and how much that is.',
  read: () => ({}),
  async run(_, { id, title, node }) {
    const json = (await node.request('networks.ask', { id, name: 'refund' })) as { n: number; msat: number };
    const { n, msat } = json;
    return {
      json,
      lines: [n === 0 ? `${title}: no refund waits.` : `${title}: ${n} refunds still wait, ${sats(msat)} in all.`],
    };
  },
});

const doctor = networkVerb({
  name: 'doctor',
  about: 'looks whether customers could rent something now, step by step',
  node: 'running',
  json: 'each step with what was found.',
  exits: { failed: 'something keeps customers away' },
  read: () => ({}),
  async run(_, { id, title, node }) {
    const json = await node.request('networks.check', { id });
    return {
      json,
      lines: [
        `${title}: ${json.ok ? 'all is well.' : 'not all is well.'}`,
        ...json.lines.flatMap(({ id: line, state, reason }) => [
          `  ${state}  ${line}: ${reason.message}`,
          ...(reason.action === undefined || state === 'ok' ? [] : [`    ${reason.action}`]),
        ]),
      ],
      ...(!json.ok && { exit: 'failed' as const }),
    };
  },
});

export const paygressVerbs: readonly NetworkVerb[] = [offers, leases, end, refund, doctor];
