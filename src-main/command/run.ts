// A command line from its words to its exit code: finds the verb, asks for the node that runs where the verb wants one, runs it.

import { existsSync } from 'node:fs';
import { HearthError } from '../base/errors.ts';
import { dataFolder, practiceFolder, runNoteFile } from '../engine/folders.ts';
import { VERSION } from '../engine/version.ts';
import type { SocketClient } from '../faces/socket-client.ts';
import { EXIT, NOT_RUNNING } from './exit.ts';
import { firstWord, type Parsed, parse } from './program.ts';
import type { Terminal } from './terminal.ts';
import { USAGE } from './usage.ts';
import { allVerbs, verbsUnder } from './verbs.ts';

/** Answers the exit code. Rejects with HearthErrors that the caller shows. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = await understand(args);
  if ('text' in parsed) {
    await terminal.write(parsed.text);
    return EXIT.ok;
  }
  const { verb, line, common } = parsed;
  const folder = dataFolder(common.data);
  const dataDir = common.practice ? practiceFolder(folder) : folder;
  if (verb.node === 'none') return verb.run(line, { node: undefined, dataDir, common, terminal });
  const node = await connect(dataDir);
  try {
    if (verb.node === 'running' && !node) throw notRunning();
    return await verb.run(line, { node, dataDir, common, terminal });
  } finally {
    node?.close();
  }
}

/** The running node; undefined where there is none, which is known without the schemas of all that one could be asked. */
async function connect(dataDir: string): Promise<SocketClient | undefined> {
  if (!existsSync(runNoteFile(dataDir))) return undefined;
  const { connectSocket } = await import('../faces/socket-client.ts');
  return connectSocket(dataDir);
}

function isUsage(error: unknown): boolean {
  return error instanceof HearthError && error.code === USAGE;
}

function notRunning(): HearthError {
  return new HearthError({
    code: NOT_RUNNING,
    category: 'unavailable',
    message: 'Hearth is not running. Start it with "hearth serve".',
  });
}

/** By the verbs that the first word may mean, and by all of them for help and for what is wrong: both tell of the others. */
async function understand(args: readonly string[]): Promise<Parsed> {
  const verbs = await verbsUnder(firstWord(args) ?? 'serve');
  try {
    const parsed = parse(args, verbs, VERSION);
    if ('verb' in parsed || parsed.is === 'version') return parsed;
  } catch (error) {
    if (!isUsage(error)) throw error;
  }
  return parse(args, await allVerbs(), VERSION);
}
