// `hearth workloads`: whether a stranger's box would hold here, which there are, and the images that they are made of. A node that runs is
// asked, for boxes are its own; without one their engine is.

import type { BoxView } from '../../src-preload/contract/boxes.ts';
import type { Reason } from '../../src-preload/contract/define.ts';
import type { BoxStatus, EncryptionProbe, GraphicsProbe, Probe } from '../backends/workloads/backend.ts';
import { systemClock } from '../base/clock.ts';
import { HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { askAlone } from './alone.ts';
import { type At, noteUse, openedBoxes, openedWhereMade } from './boxes-at.ts';
import { EXIT } from './exit.ts';
import { plain } from './terminal.ts';
import { usage } from './usage.ts';
import { nothing, verb } from './verb.ts';
import { imageVerbs } from './workload-images.ts';

export const workloadVerbs = [
  verb({
    name: 'workloads list',
    about: 'the boxes of strangers on this computer',
    node: 'optional',
    json: 'each box with its id, whether it runs, and how it ended by itself where the running node has heard it.',
    read: nothing,
    run: ({ json }, { node, dataDir, terminal }) => list({ node, dataDir, terminal }, json),
  }),
  verb({
    name: 'workloads probe',
    about: 'tries from inside a box what strangers must not do, and says what was seen',
    more: 'A box is made for it and removed. Nothing is offered to anyone. docs/isolation.md says what each try is about.',
    node: 'optional',
    json: 'whether boxes can be offered, each check with what was seen, and how the disk is limited.',
    exits: { failed: 'a box would not hold' },
    read: nothing,
    run: ({ json }, { node, dataDir, terminal }) => probe({ node, dataDir, terminal }, json),
  }),
  verb({
    name: 'workloads stop',
    args: 'ID',
    about:
      'ends a box and removes it, with all that it has kept; of a rented one the lease ends, and what is left is paid back',
    node: 'optional',
    json: 'the id, and how it is afterwards.',
    read: ([id]) => {
      if (id === undefined) throw usage('Say which box: "workloads stop ID".', 'workloads stop');
      return { id };
    },
    run: ({ id, json }, { node, dataDir, terminal }) => stop({ node, dataDir, terminal }, id, json),
  }),
  ...imageVerbs,
];

/** Each request has a time limit of its own; Ctrl-C ends the command. */
const untilDone = () => new AbortController().signal;

async function list(at: At, json: boolean): Promise<number> {
  const { print } = at.terminal;
  const { found, missing } = await (at.node ? foundBy(at.node) : foundAlone(at));
  if (json) print(jsonText(found));
  else if (found.length === 0) print('There is no box of this node.');
  else for (const { id, status, ended } of found) print(plain(`${id.padEnd(42)}${status}${endText(ended)}`));
  if (missing && !json) print(plain(missing));
  return EXIT.ok;
}

async function foundBy(node: SocketClient) {
  const { boxes, engine, stage, missing } = (await node.request('boxes.get', undefined)).value;
  // An engine that does not answer has not said that there is none.
  if (boxes.length === 0 && !engine && stage !== 'off') throw failure(missing ?? NOT_LOOKED);
  const found = boxes.map(({ id, status, ended }) => ({ id, status, ended }));
  return { found, missing: stage === 'changing' ? missing?.message : undefined };
}

async function foundAlone(at: At) {
  const signal = untilDone();
  const { boxes } = await openedWhereMade(at, signal);
  const found = (await boxes.list(signal)).map(({ id, status }) => ({ id, status, ended: null }));
  return { found, missing: undefined };
}

function endText(ended: BoxView['ended']): string {
  if (!ended) return '';
  if (ended.kind === 'out-of-memory') return ', was ended: out of memory';
  return ended.exitCode === null ? ', ended by itself' : `, ended by itself, code ${ended.exitCode}`;
}

async function probe({ node, ...at }: At, json: boolean): Promise<number> {
  const { print } = at.terminal;
  const { engine, offered, lacks, ...found } = node ? await probedBy(node) : await probedAlone({ node, ...at });
  if (json) print(jsonText({ offered, ...found }));
  else {
    print(plain(`${engine}:`));
    for (const { id, held, seen } of found.checks)
      print(plain(`  ${held ? 'held  ' : 'FAILED'}  ${id.padEnd(20)}${seen}`));
    print('');
    print(DISK[found.disk]);
    const { machines } = found;
    print(
      plain(machines.accelerator === null ? `No virtual machines: ${machines.seen}` : MACHINES[machines.accelerator]),
    );
    print(plain(encryptionText(found.encryption)));
    print(plain(graphicsText(found.graphics)));
    print(
      found.internet ? 'Boxes reach the Internet.' : 'No public address answered, so boxes would have no Internet now.',
    );
    print(offered ? 'A box holds here.' : 'A box does not hold here, so none is offered.');
    if (lacks) print(plain([lacks.message, lacks.action].filter(Boolean).join(' ')));
  }
  return offered ? EXIT.ok : EXIT.failed;
}

interface Probed extends Omit<Probe, 'checks'> {
  readonly engine: string;
  /** Why none is sold although a box holds. */
  readonly lacks?: Reason | undefined;
  readonly checks: readonly Probe['checks'][number][];
}

async function probedAlone(at: At): Promise<Probed> {
  const signal = untilDone();
  const opened = await openedBoxes(at, signal);
  await noteUse(at, opened);
  const { boxes } = opened;
  return { engine: boxes.id, ...(await boxes.probe(signal)) };
}

/** The node tries, for two at once would have the same boxes; it is followed to the end. */
async function probedBy(node: SocketClient): Promise<Probed> {
  await node.request('boxes.probe', undefined);
  for (;;) {
    const { stage, engine, probe: found, missing } = (await node.request('boxes.get', undefined)).value;
    if (stage === 'looking' || stage === 'probing') {
      await systemClock.sleep(LOOK_MS, untilDone());
      continue;
    }
    if (engine && found) {
      const { at: _, ...rest } = found;
      const lacks = stage === 'open' ? (missing ?? undefined) : undefined;
      const offered = found.checks.every(({ held }) => held);
      return { engine: `${engine.make} at ${engine.at}`, offered, lacks, ...rest };
    }
    throw failure(missing ?? OVER);
  }
}

/** Between two looks at a try that takes half a minute. */
const LOOK_MS = 500;

const failure = ({ code, message, values }: Reason) =>
  new HearthError({ code, category: 'unavailable', message, ...(values && { details: values }) });

const NOT_LOOKED: Reason = {
  code: 'command.boxes-not-looked',
  message: 'Hearth has not asked yet which boxes there are. Try again in a moment.',
};

const OVER: Reason = {
  code: 'command.try-ended',
  message: 'The try was ended before it came to a verdict. Try again: "hearth workloads probe".',
};

const DISK = {
  quota: 'The engine limits what boxes write to the disk.',
  volume: 'What boxes keep is on volumes of their size; all else that they write is kept in memory.',
  memory:
    'The engine can’t limit what boxes write to the disk, so their files are kept in memory; images that write elsewhere are refused.',
} as const;

const MACHINES = {
  kvm: 'Virtual machines run here, by the processor (KVM).',
  tcg: 'Virtual machines run here ten to twenty times slower, since KVM does not work. They are sold where backends.machinesWithoutKvm is on.',
  shared: 'Boxes are whole systems, which share the kernel of this computer.',
} as const;

function encryptionText(encryption: EncryptionProbe): string {
  if (encryption.works) return 'Customers may have their data encrypted.';
  if (encryption.seen === null)
    return 'No encrypted volumes: backends.encryptedVolumes is off, or this engine has none.';
  return `No encrypted volumes: ${encryption.seen}`;
}

function graphicsText(graphics: GraphicsProbe): string {
  if (graphics.works) return `Boxes whose offer says so get the graphics cards: ${graphics.seen}`;
  if (graphics.seen === null) return 'No box gets a graphics card: capacity.gpuMiB lends none of its memory.';
  return `No box gets a graphics card: ${graphics.seen}`;
}

/** A machine ends within a minute; its customer's refund may take a mint longer. */
const END_MS = 300_000;

/** Always by a whole node, for it alone knows which boxes are rented; one that does not run ends none of those. */
async function stop({ node, dataDir, terminal }: At, id: string, json: boolean): Promise<number> {
  const isRented =
    node && (await node.request('boxes.get', undefined)).value.boxes.some((box) => box.id === id && box.job !== null);
  if (node) await node.request('boxes.end', { id }, { timeoutMs: END_MS });
  else await askAlone(dataDir, terminal, 'boxes.end', { id });
  if (json) terminal.print(jsonText({ id, status: 'absent' satisfies BoxStatus }));
  else {
    terminal.print(plain(`The box ${id} is gone.`));
    if (isRented) terminal.print('Its lease has ended, and what is left of its payment goes back to its customer.');
  }
  return EXIT.ok;
}
