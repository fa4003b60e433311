// The `hearth` command.

import { toHearthError } from './base/errors.ts';
import { jsonText } from './base/unseen.ts';
import { EXIT, exitCode } from './command/exit.ts';
import { HELP, parseCommandLine } from './command/flags.ts';
import { printable } from './command/terminal.ts';
import { VERSION } from './engine/version.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);
const write = (text: string) =>
  new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
const terminal = { print, write, stdin: process.stdin, stderr: process.stderr };

async function main(args: readonly string[]): Promise<number> {
  const line = parseCommandLine(args);
  switch (line.command) {
    case 'help':
      process.stdout.write(HELP);
      return EXIT.ok;
    case 'version':
      print(VERSION);
      return EXIT.ok;
    case 'serve': {
      // Loaded when needed: asking a running node should not take the time of starting one.
      const { serve } = await import('./command/serve.ts');
      return serve(line, terminal);
    }
    default: {
      const { runClient } = await import('./command/client.ts');
      return runClient(line, terminal);
    }
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (thrown: unknown) => {
    const error = toHearthError(thrown);
    const json = process.argv.includes('--json');
    const { code, category, message } = error;
    process.stderr.write(json ? `${jsonText({ code, category, message })}\n` : `${printable(message)} [${code}]\n`);
    if (error !== thrown && !json)
      process.stderr.write(`${printable(String(thrown instanceof Error ? thrown.stack : thrown))}\n`);
    process.exit(exitCode(error));
  },
);
