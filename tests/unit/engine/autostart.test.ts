import { describe, expect, it } from 'vitest';
import { autostartEntry, autostartFile, execOf, readAutostart } from '../../../src-main/engine/autostart.ts';

describe('the autostart entry', () => {
  it.each([
    [{}, '/home/u/.config/autostart/hearth-desktop.desktop'],
    [{ XDG_CONFIG_HOME: '/etc/me' }, '/etc/me/autostart/hearth-desktop.desktop'],
    [{ XDG_CONFIG_HOME: 'relative' }, '/home/u/.config/autostart/hearth-desktop.desktop'],
  ])('lies where the specification says, with %j', (env, file) => {
    expect(autostartFile({ env, home: '/home/u' })).toBe(file);
  });

  it.each([
    [['/usr/bin/hearth', '--background'], '/usr/bin/hearth --background'],
    [['/opt/My Apps/hearth'], '"/opt/My Apps/hearth"'],
    [['/opt/100%/hearth'], '/opt/100%%/hearth'],
    [['/opt/a"b', '$HOME', '`x`'], '"/opt/a\\\\"b" "\\\\$HOME" "\\\\`x\\\\`"'],
    [['/opt/back\\slash'], '"/opt/back\\\\\\\\slash"'],
  ])('writes %j so that nothing in it is read as more than a word', (command, exec) => {
    expect(execOf(command)).toBe(exec);
  });

  it('refuses what could begin another line', () => {
    expect(() => autostartEntry(['/opt/x\nExec=evil'])).toThrow(TypeError);
  });

  it('reads what it wrote, and that somebody has switched it off', () => {
    const entry = autostartEntry(['/usr/bin/hearth', '--background']);
    expect(readAutostart(entry)).toEqual({ exec: '/usr/bin/hearth --background', off: false });
    expect(readAutostart(`${entry}Hidden=true\n`).off).toBe(true);
    expect(readAutostart(`${entry}X-GNOME-Autostart-enabled=false\n`).off).toBe(true);
    expect(readAutostart('')).toEqual({ exec: undefined, off: false });
  });
});
