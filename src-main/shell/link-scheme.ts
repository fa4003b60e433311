// Says to the system that links to Hearth are ours.

import { app } from 'electron';
import type { ServeFlags } from '../command/serve-flags.ts';
import { ownProgram } from './command.ts';
import { LINK_SCHEME } from './links.ts';

/** What stands before the link: all that follows is no flag, whatever a web page put into it. */
const BEHIND = ['--'];

/** Only for what was installed: a checkout or practice must not take them away from it. */
export function claimLinks({ practice }: ServeFlags): void {
  if (!app.isPackaged || practice) return;
  if (!app.isDefaultProtocolClient(LINK_SCHEME, ownProgram(), BEHIND)) {
    app.setAsDefaultProtocolClient(LINK_SCHEME, ownProgram(), BEHIND);
  }
}
