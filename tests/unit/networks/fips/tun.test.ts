// What network devices of macOS and Windows are asked for: their own code runs there alone, its bytes and command lines anywhere.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { macosCommands } from '../../../../src-main/networks/fips/tun/macos.ts';
import { runAll } from '../../../../src-main/networks/fips/tun/setup.ts';
import { controlAddress, controlInfo, idOf, nameOf, UTUN } from '../../../../src-main/networks/fips/tun/utun.ts';
import { libraryIn, windowsCommands } from '../../../../src-main/networks/fips/tun/windows.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const address = 'fd9d:a1b2::7';

describe('a utun device of macOS', () => {
  it('is asked for as <sys/kern_control.h> has it', () => {
    const info = controlInfo();
    expect([info.length, info.subarray(4, 31).toString('latin1')]).toEqual([100, 'com.apple.net.utun_control\0']);
    expect(info.subarray(31).every((byte) => byte === 0)).toBe(true);
    info.writeUInt32LE(7, 0);
    expect(idOf(info)).toBe(7);
    // _IOWR('N', 3, struct ctl_info): both ways, so many bytes, its letter and number.
    expect(UTUN.findControl).toBe((0xc000_0000 | (info.length << 16) | ('N'.charCodeAt(0) << 8) | 3) >>> 0);
    expect(controlAddress(7).toString('hex')).toBe(`20200200${'07000000'}${'00'.repeat(24)}`);
    expect(nameOf(Buffer.from('utun4\0\0\0'))).toBe('utun4');
    expect(UTUN.prefix.toString('hex')).toBe('0000001e');
  });

  it('gets its address, its size and the way to the mesh', () => {
    expect(macosCommands({ name: 'utun4', address }).map(([program, args]) => [program, ...args].join(' '))).toEqual([
      '/sbin/ifconfig utun4 inet6 fd9d:a1b2::7 prefixlen 128 alias',
      '/sbin/ifconfig utun4 mtu 1280 up',
      '/sbin/route -n add -inet6 fd00::/8 -interface utun4',
    ]);
  });
});

describe('a device of Windows', () => {
  it('gets its address, its size and the way to the mesh', () => {
    const lines = windowsCommands({ name: 'fips0', address }, 'C:/Windows/System32').map(([program, args]) =>
      [program, ...args].join(' '),
    );
    expect(lines).toEqual(
      [
        'add address interface=fips0 address=fd9d:a1b2::7/128',
        'set subinterface fips0 mtu=1280',
        'add route prefix=fd00::/8 interface=fips0',
      ].map((line) => `${join('C:/Windows/System32', 'netsh.exe')} interface ipv6 ${line} store=active`),
    );
  });

  it('needs a driver, which is taken from the folders named and from nowhere else', () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    expect(libraryIn([first, second])).toBeUndefined();
    writeFileSync(join(second, 'wintun.dll'), '');
    expect(libraryIn([first, second])).toBe(join(second, 'wintun.dll'));
  });
});

it('commands are given one after the other, until one fails', async () => {
  const file = join(temporaryFolder(), 'said');
  const write = (text: string) =>
    [process.execPath, ['-e', `require('fs').appendFileSync(${JSON.stringify(file)}, '${text}')`]] as const;
  await runAll([write('a'), write('b')]);
  await expect(runAll([write('c'), [process.execPath, ['-e', 'process.exit(3)']], write('d')])).rejects.toMatchObject({
    code: 3,
  });
  expect(readFileSync(file, 'utf8')).toBe('abc');
});
