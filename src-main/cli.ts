// The `hearth` command.

import { toHearthError } from './base/errors.ts';
import { jsonText } from './base/unseen.ts';
import { exitCode } from './command/exit.ts';
import { runCommand } from './command/run.ts';
import { printable } from './command/terminal.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);
const write = (text: string) =>
  new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
const terminal = { print, write, stdin: process.stdin, stderr: process.stderr };

/** Once all that was printed has left: a slow reader's pipe holds part of it back, and what is still there at the exit is lost. */
function end(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

runCommand(process.argv.slice(2), terminal).then(end, (thrown: unknown) => {
  const error = toHearthError(thrown);
  const json = process.argv.includes('--json');
  const { code, category, message } = error;
  process.stderr.write(json ? `${jsonText({ code, category, message })}\n` : `${printable(message)} [${code}]\n`);
  if (error !== thrown && !json)
    process.stderr.write(`${printable(String(thrown instanceof Error ? thrown.stack : thrown))}\n`);
  end(exitCode(error));
});
