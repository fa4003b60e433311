// With what the app was started, by its command line and by the system.

import { z } from 'zod';
import { parseDesktopFlags, type ServeFlags } from '../command/serve-flags.ts';
import { linkIn } from './links.ts';
import { AT_LOGIN, BACKGROUND } from './login/item.ts';

export interface Start {
  readonly flags: ServeFlags;
  /** A link that wants something shown, whatever it says. */
  readonly link: string | undefined;
  /** Without a window. */
  readonly background: boolean;
  readonly atLogin: boolean;
}

/** `words`: the command line without the program's own. Where a link is among them, no flag counts: they came with the link. */
export function readStart(words: readonly string[]): Start {
  const link = linkIn(words);
  const own = link === undefined ? words : [];
  const atLogin = own.includes(AT_LOGIN);
  return { flags: parseDesktopFlags(own), link, background: atLogin || own.includes(BACKGROUND), atLogin };
}

/** What a second start hands over to the first. Any program of the user's can send one. */
export const Handover = z.object({
  link: z.string().max(2048).optional(),
  background: z.boolean(),
  atLogin: z.boolean(),
});
export type Handover = z.infer<typeof Handover>;

export function handoverOf({ link, background, atLogin }: Start): Handover {
  return { ...(link === undefined ? {} : { link: link.slice(0, 2048) }), background, atLogin };
}
