// The mapper and the clients together, against a router of practice: real datagrams on loopback.
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock as clock } from '../../../../src-main/base/clock.ts';
import { silentLogger as logger } from '../../../../src-main/base/logger.ts';
import { systemRandom as random } from '../../../../src-main/base/random.ts';
import type { Gateway } from '../../../../src-main/reachability/gateway/gateway.ts';
import { Journal, mapperMigrations } from '../../../../src-main/reachability/mapper/journal.ts';
import { PortMapper } from '../../../../src-main/reachability/mapper/mapper.ts';
import { natPmpClients } from '../../../../src-main/reachability/nat-pmp/client.ts';
import { pcpClients } from '../../../../src-main/reachability/pcp/client.ts';
import { openDatabase } from '../../../../src-main/storage/database.ts';
import { startRouter } from '../../../simulators/router.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { until } from '../../../support/wait.ts';
import { PUBLIC, REQUEST, v4 } from '../../../unit/reachability/mapper/support.ts';

async function atHome() {
  const router = await startRouter({ clock, random }, { ipv6: false });
  onTestFinished(() => router.stop());
  const options = { file: join(temporaryFolder(), 'hearth.db'), migrations: mapperMigrations };
  const database = await openDatabase({ clock, logger }, options);
  onTestFinished(() => database.close());
  const gateway: Gateway = {
    name: 'lo',
    v4: { router: router.address, local: '127.0.0.1', prefix: 8 },
    v6: undefined,
    hardware: undefined,
    behindVpn: false,
  };
  let hint = () => {};
  const start = () => {
    const ways = [
      { id: 'pcp', create: pcpClients({ clock, random }, router) },
      { id: 'nat-pmp', create: natPmpClients({ clock, random }, router) },
    ];
    const mapper = new PortMapper(
      {
        clock,
        random,
        logger,
        ways,
        journal: new Journal(database),
        tag: 'a1b2c3',
        gateways: { current: () => gateway, onChange: () => () => undefined },
        announcements(_gateway, heard) {
          hint = heard;
          return () => undefined;
        },
      },
      { enabled: true, renewEveryMs: 30 * 60_000 },
    );
    onTestFinished(() => mapper.stop());
    mapper.request(REQUEST);
    return mapper;
  };
  return { router, start, announce: () => hint() };
}

const mapped = (mapper: PortMapper) => until('a mapping', () => v4(mapper.snapshot())?.external);

describe('the mapper at a router', () => {
  it('opens by PCP and closes when it stops', async () => {
    const { router, start } = await atHome();
    const mapper = start();
    expect(await mapped(mapper)).toEqual({ address: PUBLIC, port: 9484 });
    expect(router.mappings()).toMatchObject([{ internal: 9484, external: 9484 }]);
    await mapper.stop();
    expect(router.mappings()).toEqual([]);
  });

  it.each(['other-dialect', 'silent'] as const)('opens by NAT-PMP where PCP is %s', async (pcp) => {
    const { router, start } = await atHome();
    router.set({ pcp });
    const mapper = start();
    await mapped(mapper);
    expect(v4(mapper.snapshot())).toMatchObject({ granted: { protocol: 'nat-pmp' } });
    await mapper.stop();
    expect(router.mappings()).toEqual([]);
  });

  it('sets all up again after a restart that it was told of, under the new address', async () => {
    const { router, start, announce } = await atHome();
    const mapper = start();
    await mapped(mapper);
    router.reboot('11.203.113.101');
    expect(router.mappings()).toEqual([]);
    announce();
    await until('the new address', () => v4(mapper.snapshot())?.external?.address === '11.203.113.101');
    expect(router.mappings()).toHaveLength(1);
    expect(mapper.snapshot()).toMatchObject({ router: { rebootsSeen: 1 }, counters: { external: 2 } });
  });

  it('asks few times at a router that refuses', async () => {
    const { router, start } = await atHome();
    router.set({ refuse: { result: 2 } });
    const mapper = start();
    await until('a refusal', () => v4(mapper.snapshot())?.state === 'unavailable');
    expect(v4(mapper.snapshot())).toMatchObject({
      external: null,
      lastError: { kind: 'refused', code: 'not-authorized' },
    });
    expect(router.packets().filter(({ kind }) => kind === 'map')).toHaveLength(2);
  });

  it('takes the same port again after it was never stopped', async () => {
    const { router, start } = await atHome();
    await mapped(start());
    const [before] = router.mappings();
    await mapped(start());
    expect(router.mappings()).toMatchObject([{ external: before!.external, nonce: before!.nonce }]);
  });
});
