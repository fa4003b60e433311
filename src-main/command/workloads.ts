// `hearth workloads`: whether a stranger's box would hold here, which there are, and the images that they are made of. It asks the engine
// itself, with or without a node that runs.

import type { BoxStatus, EncryptionProbe } from '../backends/workloads/backend.ts';
import { jsonText } from '../base/unseen.ts';
import { type At, openedBoxes } from './boxes-at.ts';
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
    json: 'each box with its id and whether it runs.',
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
    about: 'ends a box and removes it, with all that it has kept',
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
  const signal = untilDone();
  const { boxes } = await openedBoxes(at, signal);
  const found = (await boxes.list(signal)).map(({ id, status }) => ({ id, status }));
  if (json) print(jsonText(found));
  else if (found.length === 0) print(plain(`No box of this node is at ${boxes.id}.`));
  else for (const { id, status } of found) print(plain(`${id.padEnd(42)}${status}`));
  return EXIT.ok;
}

async function probe(at: At, json: boolean): Promise<number> {
  const { print } = at.terminal;
  const signal = untilDone();
  const { boxes } = await openedBoxes(at, signal);
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
    print(plain(encryptionText(found.encryption)));
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
  shared: 'Boxes are whole systems, which share the kernel of this computer.',
} as const;

function encryptionText(encryption: EncryptionProbe): string {
  if (encryption.works) return 'Customers may have their data encrypted.';
  if (encryption.seen === null)
    return 'No encrypted volumes: backends.encryptedVolumes is off, or this engine has none.';
  return `No encrypted volumes: ${encryption.seen}`;
}

const STATES: Readonly<Record<BoxStatus, string>> = {
  running: 'is running still',
  stopped: 'is stopped and not removed yet',
  absent: 'is gone',
  unknown: 'may be there: the engine did not say',
};

async function stop(at: At, id: string, json: boolean): Promise<number> {
  const { print } = at.terminal;
  const signal = untilDone();
  const { boxes } = await openedBoxes(at, signal);
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
