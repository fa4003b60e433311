// What files and results are called. Names come from servers and from runners: none of them chooses a path.

import { POSEMESH } from '../bounds.ts';

/** Every code point that is no letter of ASCII, digit, `_` or `-` becomes `_`, so that no dot and no slash is left. */
export function sanitise(text: string, empty = 'part'): string {
  return text.replaceAll(/[^A-Za-z0-9_-]/gu, '_') || empty;
}

const SCAN = /\d{4}-\d{2}-\d{2}[_-]\d{2}-\d{2}-\d{2}/;
/** Windows opens a device for these, whatever stands behind a dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
const MOST_TYPE = 40;

/** Of what is sanitised, so that a character is a byte. */
function component(name: string, most: number): string {
  return (DEVICE.test(name) ? `_${name}` : name).slice(0, most);
}

/** The folder and the file of one input, below the root of the job's inputs. */
export interface InputName {
  readonly folder: string;
  readonly file: string;
}

/** Names each input of a job; one that was taken gets a number behind it. Compared as file systems without case do. */
export class InputNames {
  readonly #taken = new Set<string>();

  next(name: string, dataType: string): InputName {
    const plain = sanitise(name);
    const type = sanitise(dataType).slice(0, MOST_TYPE);
    const folder = component(SCAN.exec(name)?.[0] ?? plain, POSEMESH.nameBytes);
    for (let count = 1; ; count += 1) {
      const ending = `${count === 1 ? '' : `-${count}`}.${type}`;
      const file = component(plain, POSEMESH.nameBytes - ending.length) + ending;
      if (this.#taken.has(keyOf({ folder, file }))) continue;
      this.#taken.add(keyOf({ folder, file }));
      return { folder, file };
    }
  }

  /** What had it is no longer there. */
  free(name: InputName): void {
    this.#taken.delete(keyOf(name));
  }
}

const keyOf = ({ folder, file }: InputName) => `${folder}/${file}`.toLowerCase();

/** Where a result belongs, as reported to the manager: the job's own prefix and the runner's path. */
export function logicalPath(outputsPrefix: string, relative: string): string {
  const prefix = outputsPrefix.replace(/^\/+|\/+$/g, '');
  const path = relative.replace(/^\/+/, '');
  return [prefix, path].filter((part) => part !== '').join('/');
}

/** What a domain server calls it. */
export function artifactName(logical: string, taskId: string): string {
  return `${sanitise(logical.replaceAll('/', '_'), 'artifact')}_${taskId}`;
}

const TYPES: Readonly<Record<string, string>> = {
  json: 'json',
  ply: 'ply',
  drc: 'ply_draco',
  glb: 'glb',
  obj: 'obj',
  csv: 'csv',
  mp4: 'mp4',
};

/** By the last ending of a path; a file without one, such as one that begins with its only dot, is binary. */
export function dataTypeOf(path: string): string {
  const name = path.split('/').at(-1) ?? '';
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || dot === name.length - 1) return 'binary';
  const ending = name.slice(dot + 1).toLowerCase();
  return Object.hasOwn(TYPES, ending) ? TYPES[ending]! : `${ending}_data`;
}
