// What a release has to have before anything is packed: the keys that are built in, the secret half of one of them, and the
// certificates of the system that is packed for. Each refusal says what is missing and where it comes from.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { passphraseSource } from '../../src-main/command/passphrase.ts';
import { releaseKeys } from '../../src-main/shell/updates/signers.ts';
import { fileOf, openSecretKey } from './secret-key.mjs';

const CEREMONY = 'docs/releasing.md tells how the keys are made.';

/** The secret key, open. The passphrase comes from the terminal, or from a file that only its owner may read. */
export async function releaseKey(keysFile, env) {
  const built = existsSync(keysFile) ? releaseKeys(readFileSync(keysFile, 'utf8')) : undefined;
  if (built === undefined) {
    throw new Error(`A release has two public keys built in, and ${keysFile} does not hold two. ${CEREMONY}`);
  }
  const file = env.HEARTH_RELEASE_KEY;
  if (!file) throw new Error(`A release is signed: set HEARTH_RELEASE_KEY to the file of the secret key. ${CEREMONY}`);
  const text = readSecret(file);
  fileOf(text);
  const ask = passphraseSource({
    env,
    // Left alone where it is not needed: to look at it is to open it.
    ...(env.HEARTH_RELEASE_PASSPHRASE_FILE ? {} : { terminal: { stdin: process.stdin, stderr: process.stderr } }),
    of: 'the release key',
    variable: 'HEARTH_RELEASE_PASSPHRASE_FILE',
  });
  if (ask === undefined) {
    throw new Error(
      'The release key has a passphrase: type it at a terminal, or name a file by HEARTH_RELEASE_PASSPHRASE_FILE.',
    );
  }
  const key = openSecretKey(text, await ask());
  if (!built.some(({ bytes }) => bytes.equals(key.publicKey))) {
    throw new Error(`HEARTH_RELEASE_KEY is not one of the two keys in ${keysFile}: no app would take what it signs.`);
  }
  return key;
}

function readSecret(file) {
  try {
    const { mode } = statSync(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error(
        `Others may read the release key ${file}. Run "chmod 600" on it, and think of who may have read it.`,
      );
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === undefined) throw error;
    throw new Error(`The release key ${file} can not be read: ${error.message}`);
  }
}

/** Undefined where the packages for this system will be signed as it wants them. */
export function missingCertificate({ win }, target, env) {
  if (target === 'win32' && !win.azureSignOptions && !env.WIN_CSC_LINK && !env.CSC_LINK) {
    return 'A release for Windows needs its certificate: set WIN_CSC_LINK and WIN_CSC_KEY_PASSWORD, or win.azureSignOptions.';
  }
  if (target !== 'darwin') return undefined;
  if (!env.CSC_LINK && !env.CSC_NAME) {
    return 'A release for macOS needs its Developer ID: set CSC_LINK and CSC_KEY_PASSWORD.';
  }
  if (!env.APPLE_API_KEY || !env.APPLE_API_KEY_ID || !env.APPLE_API_ISSUER) {
    return 'A release for macOS has to be notarised: set APPLE_API_KEY, APPLE_API_KEY_ID and APPLE_API_ISSUER.';
  }
  return undefined;
}
