// `hearth workloads images`, `allow` and `disallow`: what boxes can be made of, whether it is here, and images of the owner's own.

import type { OwnImage } from '../../src-preload/contract/settings/boxes.ts';
import { systemClock } from '../base/clock.ts';
import { HearthError } from '../base/errors.ts';
import { silentLogger } from '../base/logger.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { setting, settingValue } from './settings.ts';
import { plain, size, type Terminal } from './terminal.ts';
import { usage } from './usage.ts';
import { verb } from './verb.ts';

const PATH = 'backends.boxImages';

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
    run: (line, { node, dataDir, terminal }) => allow({ node, dataDir, terminal }, line),
  }),
  verb({
    name: 'workloads disallow',
    args: 'NAME',
    about: 'lets nobody rent a box of that image any more; those that run go on',
    node: 'optional',
    json: 'the images that are allowed now.',
    exits: { nothingFound: 'no image is allowed by that name' },
    read: ([name]) => {
      if (name === undefined) throw usage('Say which: "workloads disallow NAME".', 'workloads disallow');
      return { name };
    },
    run: (line, { node, dataDir, terminal }) => disallow({ node, dataDir, terminal }, line),
  }),
];

interface At {
  readonly node: SocketClient | undefined;
  readonly dataDir: string;
  readonly terminal: Terminal;
}

const allowed = async ({ node, dataDir, terminal }: At) =>
  (await settingValue(node, dataDir, PATH, terminal)) as readonly OwnImage[];

function portOf(word: string): number {
  const port = /^\d{1,5}$/.test(word) ? Number(word) : 0;
  if (port < 1 || port > 0xffff) throw usage('A port is a number from 1 to 65535.', 'workloads allow');
  return port;
}

async function allow(at: At, { wish, json }: { readonly wish: OwnImage; readonly json: boolean }): Promise<number> {
  const before = await allowed(at);
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
  await setting(at.node, at.dataDir, PATH, now, at.terminal);
  if (json) print(jsonText(now));
  else print(plain(`${wish.image} is allowed. "hearth workloads images --pull own-${wish.name}" gets it.`));
  return EXIT.ok;
}

async function disallow(at: At, { name, json }: { readonly name: string; readonly json: boolean }): Promise<number> {
  const before = await allowed(at);
  const now = before.filter((image) => image.name !== name);
  const isThere = now.length < before.length;
  if (isThere) await setting(at.node, at.dataDir, PATH, now, at.terminal);
  const { print } = at.terminal;
  if (json) print(jsonText(now));
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
  // Loaded where it is wanted, as what speaks to model servers is.
  const [{ openBoxes }, { templatesWith }] = await Promise.all([
    import('../backends/workloads/open.ts'),
    import('../backends/workloads/templates.ts'),
  ]);
  const templates = templatesWith(await allowed(at));
  // Each request has a time limit of its own; Ctrl-C ends the command.
  const { signal } = new AbortController();
  const opened = await openBoxes(
    { clock: systemClock, logger: silentLogger, dataDir: at.dataDir, templates: () => templates },
    signal,
  );
  const own = opened.images;
  if (pull !== undefined) {
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
