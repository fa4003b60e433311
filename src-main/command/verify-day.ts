// `hearth verify-day`: whether a signed day is as it was signed. It needs no node, neither here nor there.

import { readFile, stat } from 'node:fs/promises';
import { HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import { dayCardIn } from '../engine/day-card.ts';
import { EXIT } from './exit.ts';
import { plain, type Terminal } from './terminal.ts';

/** A card is a few kilobytes. */
const MOST_BYTES = 256 * 1024;

/** Answers the exit code. Rejects with DayCardBroken, or where the file can't be read. */
export async function verifyDay(file: string, json: boolean, { print }: Terminal): Promise<number> {
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
