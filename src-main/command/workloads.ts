// `hearth workloads`: whether a stranger's box would hold here, which there are, and the images that they are made of. It asks the engine
// itself, with or without a node that runs.

import type { BoxStatus } from '../backends/workloads/backend.ts';
import type { OpenBoxes } from '../backends/workloads/open.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { jsonText } from '../base/unseen.ts';
import { EXIT } from './exit.ts';
import { plain, type Terminal } from './terminal.ts';
import { usage } from './usage.ts';
import { nothing, verb } from './verb.ts';
import { imageVerbs } from './workload-images.ts';

export const workloadVerbs = [
  verb({
    name: 'workloads list',
    about: 'the boxes of strangers on this computer',
    node: 'none',
    json: 'each box with its id and whether it runs.',
    read: nothing,
    run: ({ json }, { dataDir, terminal }) => list(dataDir, json, terminal),
  }),
  verb({
    name: 'workloads probe',
    about: 'tries from inside a box what strangers must not do, and says what was seen',
    more: 'A box is made for it and removed. Nothing is offered to anyone. docs/isolation.md says what each try is about.',
    node: 'none',
    json: 'whether boxes can be offered, each check with what was seen, and how the disk is limited.',
    exits: { failed: 'a box would not hold' },
    read: nothing,
    run: ({ json }, { dataDir, terminal }) => probe(dataDir, json, terminal),
  }),
  verb({
    name: 'workloads stop',
    args: 'ID',
    about: 'ends a box and removes it, with all that it has kept',
    node: 'none',
    json: 'the id, and how it is afterwards.',
    read: ([id]) => {
      if (id === undefined) throw usage('Say which box: "workloads stop ID".', 'workloads stop');
      return { id };
    },
    run: ({ id, json }, { dataDir, terminal }) => stop(dataDir, id, json, terminal),
  }),
  ...imageVerbs,
];

/** Loaded where it is wanted, as what speaks to model servers is. */
async function opened(dataDir: string, signal: AbortSignal): Promise<OpenBoxes> {
  const { openBoxes } = await import('../backends/workloads/open.ts');
  return openBoxes({ clock: systemClock, logger: silentLogger, dataDir }, signal);
}

/** Each request has a time limit of its own; Ctrl-C ends the command. */
const untilDone = () => new AbortController().signal;

async function list(dataDir: string, json: boolean, { print }: Terminal): Promise<number> {
  const signal = untilDone();
  const { boxes } = await opened(dataDir, signal);
  const found = (await boxes.list(signal)).map(({ id, status }) => ({ id, status }));
  if (json) print(jsonText(found));
  else if (found.length === 0) print(plain(`No box of this node is at ${boxes.id}.`));
  else for (const { id, status } of found) print(plain(`${id.padEnd(42)}${status}`));
  return EXIT.ok;
}

async function probe(dataDir: string, json: boolean, { print }: Terminal): Promise<number> {
  const signal = untilDone();
  const { boxes } = await opened(dataDir, signal);
  const found = await boxes.probe(signal);
  if (json) print(jsonText(found));
  else {
    print(plain(`${boxes.id}:`));
    for (const { id, held, seen } of found.checks)
      print(plain(`  ${held ? 'held  ' : 'FAILED'}  ${id.padEnd(20)}${seen}`));
    print('');
    print(DISK[found.disk]);
    const { machines } = found;
    print(
      plain(machines.accelerator === null ? `No virtual machines: ${machines.seen}` : MACHINES[machines.accelerator]),
    );
    print(
      found.internet ? 'Boxes reach the Internet.' : 'No public address answered, so boxes would have no Internet now.',
    );
    print(found.offered ? 'A box holds here.' : 'A box does not hold here, so none is offered.');
  }
  return found.offered ? EXIT.ok : EXIT.failed;
}

const DISK = {
  quota: 'The engine limits what boxes write to the disk.',
  memory:
    'The engine can’t limit what boxes write to the disk, so their files are kept in memory; images that write elsewhere are refused.',
} as const;

const MACHINES = {
  kvm: 'Virtual machines run here, by the processor (KVM).',
  tcg: 'Virtual machines run here ten to twenty times slower, since KVM does not work. They are sold where backends.machinesWithoutKvm is on.',
} as const;

const STATES: Readonly<Record<BoxStatus, string>> = {
  running: 'is running still',
  stopped: 'is stopped and not removed yet',
  absent: 'is gone',
  unknown: 'may be there: the engine did not say',
};

async function stop(dataDir: string, id: string, json: boolean, { print }: Terminal): Promise<number> {
  const signal = untilDone();
  const { boxes } = await opened(dataDir, signal);
  const found = await boxes.list(signal);
  if (!found.some((box) => box.id === id)) {
    const { BoxAbsent } = await import('../backends/workloads/errors.ts');
    throw new BoxAbsent(id.slice(0, 80));
  }
  await boxes.stop(id, signal);
  await boxes.remove(id, signal);
  const status = await boxes.status(id, signal);
  if (json) print(jsonText({ id, status }));
  else print(plain(`The box ${id} ${STATES[status]}.`));
  return status === 'absent' ? EXIT.ok : EXIT.tryAgain;
}
