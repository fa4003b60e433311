// What this program is made of: versions, and the licences of all that others have given to it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { type AboutView, BundledPackage } from '../../src-preload/contract/about.ts';
import { HearthError } from '../base/errors.ts';
import { isCode } from '../storage/files.ts';
import { VERSION } from './version.ts';

const FILE = 'licences.json';
const Licences = z.array(BundledPackage.extend({ text: z.string() }));

export function about(): AboutView {
  const { node, electron = null, chrome = null } = process.versions as Record<string, string | undefined>;
  return {
    version: VERSION,
    licence: manifest.license,
    runtime: { node: String(node), electron, chromium: chrome },
    platform: `${process.platform} ${process.arch}`,
    packages: licences().map(({ name, version, licence }) => ({ name, version, licence })),
  };
}

/** Throws `about.no-such-package`. */
export function licenceText(name: string, version: string): string {
  const found = licences().find((each) => each.name === name && each.version === version);
  if (found) return found.text;
  throw new HearthError({
    code: 'about.no-such-package',
    category: 'invalid',
    message: 'Hearth does not bring a package of that name and version.',
  });
}

/** Seldom asked for, so it is read each time. The build writes it beside the program; the sources find it where that is. */
function licences(): z.infer<typeof Licences> {
  for (const folder of ['.', '../../build/app/main']) {
    try {
      return Licences.parse(JSON.parse(readFileSync(join(import.meta.dirname, folder, FILE), 'utf8')));
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error;
    }
  }
  return [];
}
