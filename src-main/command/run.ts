// A command line from its words to its exit code: finds the verb, asks for the node that runs where the verb wants one, runs it.

import { HearthError } from '../base/errors.ts';
import { dataFolder, practiceFolder } from '../engine/folders.ts';
import { VERSION } from '../engine/version.ts';
import { connectSocket } from '../faces/socket.ts';
import { EXIT, NOT_RUNNING } from './exit.ts';
import { parse } from './program.ts';
import type { Terminal } from './terminal.ts';
import { verbs } from './verbs.ts';

/** Answers the exit code. Rejects with HearthErrors that the caller shows. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parse(args, verbs, VERSION);
  if ('text' in parsed) {
    await terminal.write(parsed.text);
    return EXIT.ok;
  }
  const { verb, line, common } = parsed;
  const folder = dataFolder(common.data);
  const dataDir = common.practice ? practiceFolder(folder) : folder;
  if (verb.node === 'none') return verb.run(line, { node: undefined, dataDir, common, terminal });
  const node = await connectSocket(dataDir);
  try {
    if (verb.node === 'running' && !node) throw notRunning();
    return await verb.run(line, { node, dataDir, common, terminal });
  } finally {
    node?.close();
  }
}

function notRunning(): HearthError {
  return new HearthError({
    code: NOT_RUNNING,
    category: 'unavailable',
    message: 'Hearth is not running. Start it with "hearth serve".',
  });
}
