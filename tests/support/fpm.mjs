#!/usr/bin/env node
// Stands in for fpm, which electron-builder would download: the few of its words that a Debian package needs, done by dpkg-deb.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    s: { ...text, short: 's' },
    t: { ...text, short: 't' },
    d: { ...text, short: 'd', multiple: true },
    force: { type: 'boolean' },
    'deb-recommends': { ...text, multiple: true },
    'deb-compression': text,
    'deb-priority': text,
    'after-install': text,
    'after-remove': text,
    architecture: text,
    description: text,
    version: text,
    package: text,
    name: text,
    maintainer: text,
    vendor: text,
    url: text,
    license: text,
  },
});

const folder = mkdtempSync(join(tmpdir(), 'hearth-deb-'));
try {
  for (const pair of positionals) {
    const at = pair.indexOf('=');
    const target = join(folder, pair.slice(at + 1));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(pair.slice(0, at), target, { recursive: true });
  }
  const control = join(folder, 'DEBIAN');
  mkdirSync(control, { mode: 0o755 });
  const lines = {
    Package: values.name,
    Version: values.version,
    Architecture: values.architecture,
    Maintainer: values.maintainer,
    Depends: values.d?.join(', '),
    Recommends: values['deb-recommends']?.join(', '),
    Priority: values['deb-priority'],
    Homepage: values.url,
    Description: values.description,
  };
  const known = Object.entries(lines).filter(([, value]) => value);
  writeFileSync(join(control, 'control'), `${known.map(([key, value]) => `${key}: ${value}`).join('\n')}\n`);
  for (const [script, from] of [
    ['postinst', values['after-install']],
    ['postrm', values['after-remove']],
  ]) {
    cpSync(from, join(control, script));
    chmodSync(join(control, script), 0o755);
  }
  const words = ['--root-owner-group', `-Z${String(values['deb-compression'])}`, '--build', folder, values.package];
  const { status } = spawnSync('dpkg-deb', words, { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
