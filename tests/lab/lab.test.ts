// The lab is itself held against Debian's own tools before anything of ours is held against the lab.
import { expect, it } from 'vitest';
import { external, inLab, LAN, LAN6, Lab } from './support.ts';

/** Where the routers' descriptions are, so that upnpc need not spend two seconds on looking. */
const IGD = 'http://192.168.77.1:5000/rootDesc.xml';

inLab('the lab', () => {
  it('forwards what upnpc asked for to the computer in the LAN, and stops when it is asked to', async () => {
    const lab = await Lab.up('--no-ipv6');
    await lab.listen('lan', 9001);
    expect(await lab.connect(external(), 19_001)).toBeUndefined();
    await lab.exec('lan', 'upnpc', '-u', IGD, '-e', 'judge', '-a', LAN, '9001', '19001', 'TCP', '600');
    expect(await lab.mappings()).toEqual([{ transport: 'tcp', external: 19_001, to: `${LAN}:9001` }]);
    expect(await lab.connect(external(), 19_001)).toBe('lan greets');
    await lab.exec('lan', 'upnpc', '-u', IGD, '-d', '19001', 'TCP');
    expect(await lab.mappings()).toEqual([]);
    expect(await lab.connect(external(), 19_001)).toBeUndefined();
  });

  it('forwards what natpmpc asked for, until the router loses its power and comes back with another address', async () => {
    const lab = await Lab.up('--no-ipv6');
    await lab.listen('lan', 9001);
    await lab.exec('lan', 'natpmpc', '-a', '19002', '9001', 'tcp', '600');
    expect(await lab.connect(external(), 19_002)).toBe('lan greets');
    await lab.natlab('new-ip');
    expect(await lab.connect(external(1), 19_002)).toBe('lan greets');
    await lab.natlab('reboot-router', '0');
    expect(await lab.mappings()).toEqual([]);
    expect(await lab.connect(external(2), 19_002)).toBeUndefined();
  });

  it('forgets behind the router’s back', async () => {
    const lab = await Lab.up('--no-ipv6');
    await lab.exec('lan', 'upnpc', '-u', IGD, '-e', 'judge', '-a', LAN, '9001', '19001', 'UDP', '600');
    expect(await lab.mappings()).toEqual([{ transport: 'udp', external: 19_001, to: `${LAN}:9001` }]);
    await lab.natlab('forget');
    expect(await lab.mappings()).toEqual([]);
    expect(await lab.exec('lan', 'upnpc', '-u', IGD, '-l')).toContain('19001');
  });

  it('lets nobody in by IPv6 uninvited', async () => {
    const lab = await Lab.up();
    await lab.listen('lan', 9001);
    expect(await lab.pinholes()).toEqual([]);
    expect(await lab.connect(LAN6, 9001)).toBeUndefined();
    expect(await lab.connect(LAN6, 9001, 'lan2')).toBe('lan greets');
  });

  it('has a router with faults, which really forwards as well', async () => {
    const lab = await Lab.up('--no-ipv6', '--quirk', 'conflict=19001,clamp=60');
    await lab.listen('lan', 9001);
    await lab.exec('lan', 'natpmpc', '-a', '19001', '9001', 'tcp', '600');
    expect(await lab.mappings()).toEqual([{ transport: 'tcp', external: 19_002, to: `${LAN}:9001` }]);
    expect(await lab.connect(external(), 19_002)).toBe('lan greets');
    expect(await lab.exec('lan', 'upnpc', '-u', IGD.replace('rootDesc', 'desc'), '-l')).toMatch(
      /19002->192\.168\.77\.10:9001 .* (60|5\d)\n/,
    );
  });
});
