// `hearth diagnostics`: what a helper needs to know, shown before it goes anywhere. Also of a node that cannot start.

import { writeFile } from 'node:fs/promises';
import type { DiagnosticsView } from '../../src-preload/contract/diagnostics.ts';
import { HearthError, toHearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { askAlone } from './alone.ts';
import { EXIT } from './exit.ts';
import { withFile } from './file.ts';
import { printable, type Terminal } from './terminal.ts';
import { verb } from './verb.ts';

export const diagnosticsVerb = verb({
  name: 'diagnostics',
  about: 'what a person who helps needs to know, without secrets',
  flags: {
    save: { value: 'FILE', about: 'writes it there instead of showing it' },
    addresses: { about: 'leaves public addresses in' },
  },
  node: 'optional',
  json: 'all its parts; with --save the file and the codes of what is wrong.',
  read: (_, given) => given,
  run: (line, { node, dataDir, terminal }) => diagnostics(node, dataDir, line, terminal),
});

interface DiagnosticsLine {
  /** Written there as one file; otherwise shown. */
  readonly save: string | undefined;
  readonly addresses: boolean;
  readonly json: boolean;
}

/** Answers the exit code. */
async function diagnostics(
  node: SocketClient | undefined,
  dataDir: string,
  { save, addresses, json }: DiagnosticsLine,
  terminal: Terminal,
): Promise<number> {
  const { bundleText, diagnoseBroken } = await import('../engine/diagnostics.ts');
  const { isLivedIn } = await import('../engine/offline-backups.ts');
  const broken = (error: unknown) => diagnoseBroken(dataDir, toHearthError(error), { addresses });
  const view: DiagnosticsView = node
    ? await node.request('diagnostics.get', { addresses })
    : isLivedIn(dataDir)
      ? await askAlone(dataDir, terminal, 'diagnostics.get', { addresses }).catch(broken)
      : broken(nobodyIn(dataDir));
  if (save !== undefined) {
    await keep(save, bundleText(view));
    terminal.print(json ? jsonText({ file: save, codes: view.codes }) : savedLine(save, view));
  } else if (json) terminal.print(bundleText(view).trimEnd());
  else for (const { fileName, text } of view.parts) terminal.print(`=== ${fileName}\n${printable(text)}\n`);
  return EXIT.ok;
}

/** Asking must not make a folder. */
function nobodyIn(dataDir: string): HearthError {
  const message = `There is no node in ${dataDir}.`;
  return new HearthError({ code: 'command.nothing-here', category: 'invalid', message });
}

function savedLine(file: string, { parts }: DiagnosticsView): string {
  const list = parts.map(({ fileName, bytes }) => `${fileName} (${Math.ceil(bytes / 1000)} kB)`).join(', ');
  return `Saved ${file}: ${list}. Read it before you send it on.`;
}

async function keep(file: string, text: string): Promise<void> {
  await withFile(file, () => writeFile(file, text, { mode: 0o600, flag: 'wx' }));
}
