// What a customer's password becomes before it is written anywhere: a hash with a salt, as /etc/shadow has it.

import { execFile } from 'node:child_process';
import { NoMachines } from './errors.ts';

/** As crypt(3) has it, by SHA-512. The password is never in arguments. Rejects with NoMachines, or with the signal's reason. */
export function hashed(password: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { signal, timeout: 10_000, encoding: 'utf8', windowsHide: true } as const;
    const child = execFile('openssl', ['passwd', '-6', '-stdin'], options, (error, stdout) => {
      const hash = stdout.trim();
      if (!error && /^\$6\$[./\w$-]+$/.test(hash)) resolve(hash);
      else reject(signal.aborted ? signal.reason : new NoMachines('openssl is missing', error));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${password}\n`);
  });
}
