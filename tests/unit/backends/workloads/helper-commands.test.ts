// Who is asked to be root: never by a program that another than root could have written.
import { expect, it } from 'vitest';
import { type HelperSurroundings, helperCommands } from '../../../../src-main/backends/workloads/volumes/commands.ts';

const INSTALLED = '/usr/local/lib/hearth/hearth-volumes';
const SHIPPED = '/home/me/hearth/build/resources/hearth-volumes';

function commands(more: Partial<HelperSurroundings>, files: Readonly<Record<string, readonly [number, number]>>) {
  const found = helperCommands({
    platform: 'linux',
    uid: 1000,
    env: {},
    installed: [INSTALLED],
    shipped: [SHIPPED],
    look: (path) => (files[path] ? { uid: files[path][0], mode: files[path][1] } : undefined),
    ...more,
  });
  return found.map(({ command }) => command.join(' '));
}

it.each([
  ['root runs what came with the app', { uid: 0 }, { [SHIPPED]: [1000, 0o100755] }, [`/bin/sh ${SHIPPED}`]],
  [
    'root prefers what was installed',
    { uid: 0 },
    { [SHIPPED]: [0, 0o100755], [INSTALLED]: [0, 0o100755] },
    [`/bin/sh ${INSTALLED}`],
  ],
  ['another user asks sudo alone where nobody can type', {}, { [INSTALLED]: [0, 0o100755] }, [`sudo -n ${INSTALLED}`]],
  [
    'and then for a password, where there is a display',
    { env: { WAYLAND_DISPLAY: 'wayland-0' } },
    { [INSTALLED]: [0, 0o100755] },
    [`sudo -n ${INSTALLED}`, `pkexec --disable-internal-agent ${INSTALLED}`],
  ],
  ['not what came with the app, which its user can write', {}, { [SHIPPED]: [1000, 0o100755] }, []],
  ['not what another user owns', {}, { [INSTALLED]: [1000, 0o100755] }, []],
  ['not what others can write', {}, { [INSTALLED]: [0, 0o100777] }, []],
  ['not what a group can write', {}, { [INSTALLED]: [0, 0o100775] }, []],
  ['none where there is none', { uid: 0 }, {}, []],
  ['none on another system', { platform: 'darwin' as const, uid: 0 }, { [SHIPPED]: [0, 0o100755] }, []],
] as const)('%s', (_, more, files, wanted) => {
  expect(commands(more, files)).toEqual(wanted);
});
