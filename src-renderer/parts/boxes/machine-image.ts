// What the form of a machine says, as the setting has it. Pure.
import { MachineImage } from '../../../src-preload/contract/settings/boxes.ts';

export const MEMBERS = ['name', 'from', 'sha256', 'memoryMiB', 'diskMiB'] as const;
export type Member = (typeof MEMBERS)[number];
export type Entry = Readonly<Record<Member, string>>;

export const EMPTY: Entry = { name: '', from: '', sha256: '', memoryMiB: '', diskMiB: '' };

export interface Reading {
  /** Fields that can't be as they are. */
  readonly wrong: ReadonlySet<Member | 'taken'>;
  /** Undefined where there is one. */
  readonly machine: MachineImage | undefined;
}

/** `taken`: names of those that are allowed already. */
export function read(entry: Entry, taken: readonly string[]): Reading {
  const said = (member: Member) => entry[member].trim();
  const made = MachineImage.safeParse({
    name: said('name'),
    from: said('from'),
    ...(said('sha256') !== '' && { sha256: said('sha256').toLowerCase() }),
    ...(said('memoryMiB') !== '' && { memoryMiB: Number(said('memoryMiB')) }),
    ...(said('diskMiB') !== '' && { diskMiB: Number(said('diskMiB')) }),
  });
  const wrong = new Set<Member | 'taken'>();
  for (const { path } of made.error?.issues ?? []) {
    const member = MEMBERS.find((each) => each === path[0]);
    if (member) wrong.add(member);
  }
  if (taken.includes(said('name'))) wrong.add('taken');
  return { wrong, machine: wrong.size === 0 ? made.data : undefined };
}
