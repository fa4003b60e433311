// `hearth verify-day`: whether a signed day is as it was signed. It needs no node, neither here nor there.

import { readFile, stat } from 'node:fs/promises';
import { HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import { EXIT } from './exit.ts';
import { plain, type Terminal } from './terminal.ts';
import { verb } from './verb.ts';

export const verifyDayVerb = verb({
  name: 'verify-day',
  args: 'FILE',
  about: "whether a signed day of a node, this one's or another's, is as it was signed",
  node: 'none',
  json: 'that it holds, and the card.',
  exits: { failed: 'it is not as it was signed' },
  read: ([file]) => ({ file: file! }),
  run: ({ file, json }, { terminal }) => verifyDay(file, json, terminal),
});

/** A card is a few kilobytes. */
const MOST_BYTES = 256 * 1024;

/** Answers the exit code. Rejects with DayCardBroken, or where the file can't be read. */
export async function verifyDay(file: string, json: boolean, { print }: Terminal): Promise<number> {
  // Loaded when needed, for it brings the curves that days are signed with.
  const { dayCardIn } = await import('../engine/day-card.ts');
  const { card, lines } = dayCardIn(await textOf(file));
  if (json) {
    print(jsonText({ holds: true, card }));
    return EXIT.ok;
  }
  for (const line of lines) print(plain(line));
  print('');
  print(
    'The signature holds: this is what the operator with that key signed. Whose key it is, only the operator can say.',
  );
  return EXIT.ok;
}

async function textOf(file: string): Promise<string> {
  const facts = await stat(file).catch(() => undefined);
  if (facts?.isFile() && facts.size <= MOST_BYTES) return readFile(file, 'utf8');
  const message = facts?.isFile() ? `${file} is too large for a signed day.` : `${file} is no file that can be read.`;
  throw new HearthError({ code: 'command.no-file', category: 'invalid', message });
}
