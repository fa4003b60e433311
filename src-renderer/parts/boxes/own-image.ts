// What the form of an image says, as the setting has it. Pure.
import { OwnImage } from '../../../src-preload/contract/settings/boxes.ts';

export interface Entry {
  readonly name: string;
  readonly image: string;
  readonly sshPort: string;
  readonly passwordVariable: string;
  /** With commas between. */
  readonly ports: string;
}

export const EMPTY: Entry = { name: '', image: '', sshPort: '22', passwordVariable: '', ports: '' };

export type Member = keyof Entry;

export interface Reading {
  /** Fields that can't be as they are. */
  readonly wrong: ReadonlySet<Member | 'taken' | 'noWay'>;
  /** Undefined where there is one. */
  readonly image: OwnImage | undefined;
}

/** `taken`: names of those that are allowed already. */
export function read(entry: Entry, taken: readonly string[]): Reading {
  const sshPort = entry.sshPort.trim() === '' ? undefined : Number(entry.sshPort);
  const ports = entry.ports.split(/[\s,]+/).filter((word) => word !== '');
  const made = OwnImage.safeParse({
    name: entry.name.trim(),
    image: entry.image.trim(),
    ...(sshPort !== undefined && { sshPort }),
    // Of an image without SSH nobody takes it.
    ...(sshPort !== undefined &&
      entry.passwordVariable.trim() !== '' && { passwordVariable: entry.passwordVariable.trim() }),
    ...(ports.length > 0 && { ports: ports.map(Number) }),
  });
  const wrong = new Set<Member | 'taken' | 'noWay'>();
  for (const { path } of made.error?.issues ?? []) {
    const [member] = path;
    if (member === 'name' || member === 'image' || member === 'sshPort' || member === 'passwordVariable')
      wrong.add(member);
    else if (member === 'ports') wrong.add('ports');
    else if (sshPort === undefined && ports.length === 0) wrong.add('noWay');
    else if (sshPort !== undefined && entry.passwordVariable.trim() === '') wrong.add('passwordVariable');
    else wrong.add('ports');
  }
  if (taken.includes(entry.name.trim())) wrong.add('taken');
  return { wrong, image: wrong.size === 0 ? made.data : undefined };
}
