// Files of a folder that engines on other computers are spoken to with: certificates and their keys, as PEM.

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { RemoteCertificates } from './errors.ts';

const MOST_PEM_BYTES = 65_536;

/** Their texts, in order. Rejects with RemoteCertificates. */
export async function pemsIn<Names extends readonly string[]>(
  folder: string | undefined,
  names: Names,
): Promise<{ [At in keyof Names]: string }> {
  try {
    if (folder === undefined) throw new Error('no folder is named');
    return (await Promise.all(names.map((name) => pem(join(folder, name))))) as { [At in keyof Names]: string };
  } catch (error) {
    throw new RemoteCertificates(names, error);
  }
}

async function pem(path: string): Promise<string> {
  await using file = await open(path);
  const text = Buffer.alloc(MOST_PEM_BYTES);
  const { bytesRead } = await file.read(text, 0, MOST_PEM_BYTES, 0);
  if (bytesRead === 0 || bytesRead === MOST_PEM_BYTES) throw new Error('this is no certificate');
  return text.toString('utf8', 0, bytesRead);
}
