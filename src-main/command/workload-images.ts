// `hearth workloads images`, `allow` and `disallow`: what boxes can be made of, whether it is here, and images of the owner's own.

import { resolve } from 'node:path';
import type { MachineImage, OwnImage } from '../../src-preload/contract/settings/boxes.ts';
import { HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import { type At, noteUse, openedBoxes } from './boxes-at.ts';
import { EXIT } from './exit.ts';
import { setting, settingValue } from './settings.ts';
import { plain, size } from './terminal.ts';
import { usage } from './usage.ts';
import { verb } from './verb.ts';

const IMAGES = 'backends.boxImages';
const MACHINES = 'backends.machines';
type Path = typeof IMAGES | typeof MACHINES;

export const imageVerbs = [
  verb({
    name: 'workloads images',
    about: 'the images that boxes can be made of, and whether they are here',
    flags: {
      pull: { value: 'TEMPLATE', about: 'gets one from its registry, or gets it anew' },
      remove: { value: 'TEMPLATE', about: 'removes one' },
    },
    node: 'optional',
    json: 'each template with its image, and what is here of it: id, digest, bytes; null where nothing is.',
    read: (_words, { pull, remove }) => {
      if (pull !== undefined && remove !== undefined) throw usage('Pull or remove, not both.', 'workloads images');
      return { pull, remove };
    },
    run: (line, { node, dataDir, terminal }) => images({ node, dataDir, terminal }, line),
  }),
  verb({
    name: 'workloads allow',
    args: 'NAME IMAGE',
    about: 'lets customers rent a box of an image of your choice, once it is pulled',
    flags: {
      ssh: { value: 'PORT', about: 'where its SSH server listens in the box' },
      password: { value: 'VARIABLE', about: 'the variable by which it takes the password of root' },
      ports: { value: 'PORTS', about: 'what else listens in the box, with commas between' },
    },
    more: 'Customers ask for it by the name of the image. "hearth workloads images --pull own-NAME" gets it.',
    node: 'optional',
    json: 'the images that are allowed now.',
    read: ([name, image, ...more], { ssh, password, ports }) => {
      if (image === undefined || more.length > 0) throw usage('Say its name and the image.', 'workloads allow');
      return {
        wish: {
          name: name!,
          image,
          ...(ssh !== undefined && { sshPort: portOf(ssh) }),
          ...(password !== undefined && { passwordVariable: password }),
          ...(ports !== undefined && { ports: ports.split(',').map(portOf) }),
        } satisfies OwnImage,
      };
    },
    run: ({ wish, json }, { node, dataDir, terminal }) =>
      allow({ node, dataDir, terminal }, { path: IMAGES, wish, shown: wish.image, slug: `own-${wish.name}`, json }),
  }),
  verb({
    name: 'workloads allow-machine',
    args: 'NAME FROM',
    about: 'lets customers rent a virtual machine that begins with that disk image, once it is here',
    flags: {
      sha256: { value: 'HEX', about: 'its SHA-256, which its maker publishes beside it' },
      memory: { value: 'MIB', about: 'what a machine of it needs of memory at least' },
      disk: { value: 'MIB', about: 'what it needs of the disk at least' },
    },
    more: 'FROM is a file, an address, or image: and what the engine calls it. Customers ask for it by NAME, such as debian-12, and get in by SSH as root. "hearth workloads images --pull machine-NAME" gets it.',
    node: 'optional',
    json: 'the disk images that are allowed now.',
    read: ([name, from, ...more], { sha256, memory, disk }) => {
      if (from === undefined || more.length > 0)
        throw usage('Say its name and where it is.', 'workloads allow-machine');
      return {
        wish: {
          name: name!,
          from: /^(?:https?|image):/.test(from) ? from : resolve(from),
          ...(sha256 !== undefined && { sha256 }),
          ...(memory !== undefined && { memoryMiB: Number(memory) }),
          ...(disk !== undefined && { diskMiB: Number(disk) }),
        } satisfies MachineImage,
      };
    },
    run: ({ wish, json }, { node, dataDir, terminal }) =>
      allow(
        { node, dataDir, terminal },
        { path: MACHINES, wish, shown: wish.name, slug: `machine-${wish.name}`, json },
      ),
  }),
  verb({
    name: 'workloads disallow',
    args: 'NAME',
    about: 'lets nobody rent a box of that image any more; those that run go on',
    node: 'optional',
    json: 'the images that are allowed now, and the disk images of machines.',
    exits: { nothingFound: 'no image is allowed by that name' },
    read: ([name]) => {
      if (name === undefined) throw usage('Say which: "workloads disallow NAME".', 'workloads disallow');
      return { name };
    },
    run: (line, { node, dataDir, terminal }) => disallow({ node, dataDir, terminal }, line),
  }),
];

interface Named {
  readonly name: string;
}

const listAt = async <T extends Named>({ node, dataDir, terminal }: At, path: Path) =>
  (await settingValue(node, dataDir, path, terminal)) as readonly T[];

function portOf(word: string): number {
  const port = /^\d{1,5}$/.test(word) ? Number(word) : 0;
  if (port < 1 || port > 0xffff) throw usage('A port is a number from 1 to 65535.', 'workloads allow');
  return port;
}

interface Wish {
  readonly path: Path;
  readonly wish: OwnImage | MachineImage;
  /** To its owner. */
  readonly shown: string;
  readonly slug: string;
  readonly json: boolean;
}

async function allow(at: At, { path, wish, shown, slug, json }: Wish): Promise<number> {
  const before = await listAt(at, path);
  const { print } = at.terminal;
  if (before.some(({ name }) => name === wish.name)) {
    throw new HearthError({
      code: 'command.image-allowed',
      category: 'invalid',
      message: `An image is allowed as ${wish.name} already. "hearth workloads disallow ${wish.name}" takes it away.`,
      details: { name: wish.name },
    });
  }
  const now = [...before, wish];
  await setting(at.node, at.dataDir, path, now, at.terminal);
  if (json) print(jsonText(now));
  else print(plain(`${shown} is allowed. "hearth workloads images --pull ${slug}" gets it.`));
  return EXIT.ok;
}

async function disallow(at: At, { name, json }: { readonly name: string; readonly json: boolean }): Promise<number> {
  let isThere = false;
  const left: unknown[] = [];
  for (const path of [IMAGES, MACHINES] as const) {
    const before = await listAt(at, path);
    const now = before.filter((image) => image.name !== name);
    if (now.length < before.length) {
      isThere = true;
      await setting(at.node, at.dataDir, path, now, at.terminal);
    }
    left.push(...now);
  }
  const { print } = at.terminal;
  if (json) print(jsonText(left));
  else print(plain(isThere ? `${name} is allowed no more.` : `No image is allowed as ${name}.`));
  return isThere ? EXIT.ok : EXIT.nothingFound;
}

interface ImagesLine {
  readonly pull: string | undefined;
  readonly remove: string | undefined;
  readonly json: boolean;
}

async function images(at: At, { pull, remove, json }: ImagesLine): Promise<number> {
  const { print } = at.terminal;
  const { templatesWith } = await import('../backends/workloads/templates.ts');
  const templates = templatesWith(await listAt<OwnImage>(at, IMAGES), await listAt<MachineImage>(at, MACHINES));
  // Each request has a time limit of its own; Ctrl-C ends the command.
  const { signal } = new AbortController();
  const opened = await openedBoxes(at, signal, templates);
  const own = opened.images;
  if (pull !== undefined) {
    await noteUse(at, opened);
    let shown = 0;
    await own.pull(
      pull,
      ({ doneBytes, totalBytes }) => {
        if (json || doneBytes < shown + PROGRESS_BYTES) return;
        shown = doneBytes;
        print(`${size(doneBytes)} of ${size(totalBytes)}`);
      },
      signal,
    );
  }
  if (remove !== undefined) await own.remove(remove, signal);
  const all = await own.list(signal);
  if (json) print(jsonText(all));
  else {
    for (const { slug, image, pinned } of all) {
      print(
        plain(`${slug.padEnd(20)}${(pinned ? size(pinned.bytes) : 'not here').padEnd(12)}${pinned?.digest ?? image}`),
      );
    }
  }
  return EXIT.ok;
}

/** Between two lines of progress. */
const PROGRESS_BYTES = 10_000_000;
