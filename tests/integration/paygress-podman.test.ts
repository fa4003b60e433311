// A stranger's sats become a container of a real Podman that answers by HTTP, and it is gone after its time. The mint is Nutshell where it
// is installed, and the practice mint otherwise.
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { isPortFree } from '../../src-main/base/free-port.ts';
import { boxesAt, dockerAt } from '../support/boxes.ts';
import { hurried } from '../support/clock.ts';
import { testSigner } from '../support/nostr.ts';
import { CATALOG, letterTo, newLife, openProvider, RECIPE, SPEC, spawnOf } from '../support/paygress.ts';
import { IMAGE, type Podman, startPodman } from '../support/podman.ts';
import { realMint } from '../support/real-mints.ts';
import { until } from '../support/wait.ts';
import { practiceMint, spendable, testWallet } from '../support/wallet.ts';
import { settled } from '../support/wallet-scenarios.ts';

const started = await startPodman();
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: machines were not sold on a real Podman: ${reason}`);
const podman = started as Podman;
afterAll(async () => {
  if (reason === undefined) await podman.stop();
});

/** In sat: at one a second longer than the slowest computer takes to look at it. */
const PAID = 600;

async function mintUrl(): Promise<string> {
  const nutshell = realMint('Nutshell');
  if (nutshell.missing !== undefined) {
    console.warn(`paid at the practice mint: ${nutshell.missing}`);
    return (await practiceMint({ paysItself: true })).url;
  }
  await nutshell.start();
  onTestFinished(() => nutshell.stop());
  console.log(`paid at Nutshell, ${nutshell.url}`);
  return nutshell.url;
}

const forever = new AbortController().signal;

/** A machine of a provider whose boxes may use the Internet or not, rented by somebody. */
async function rented({ internet, ports }: { readonly internet: boolean; readonly ports: readonly [number, number] }) {
  const image = (await dockerAt(podman.host).getImage(IMAGE).inspect()).Id;
  const serve =
    'mkdir -p /tmp/www && echo "hello $EXEC_USER" > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www';
  const recipe = { ...RECIPE, image, command: ['/bin/sh', '-c', serve], ports: [{ port: 8080, label: 'http' }] };
  const small = { ...SPEC, cpuMillicores: 500, memoryMiB: 64, diskMiB: 8 };
  const { sshPort: _, ...own } = recipe;
  const sold = { ...own, minimum: { cpuMillicores: 100, memoryMiB: 32, diskMiB: 1 } };
  const at = { internet };
  const catalog = { ...CATALOG, specs: () => [small], template: () => ({ recipe: sold }), internet: () => at.internet };
  const boxes = (await boxesAt(podman.host))();
  const url = await mintUrl();
  const { clock, by } = hurried();
  const provider = await openProvider({ ...newLife(), clock, boxes, catalog, isPortFree, ports });
  await provider.own.wallet.trust(url);
  await provider.start();
  const payer = await testWallet();
  await payer.wallet.trust(url);
  await settled(payer.wallet, (await payer.wallet.deposit(1024, url)).id);
  const customer = await testSigner();
  const token = payer.wallet.tokenOf((await payer.wallet.send(PAID)).id)!;

  provider.hand(letterTo(customer, provider, spawnOf(token)));
  const [answer] = await until(
    'an answer',
    () => {
      const replies = provider.repliesTo(customer);
      return replies.length > 0 ? replies : undefined;
    },
    120_000,
  );
  expect(answer).toMatchObject({ pod_npub: 'container-1' });
  const [{ host_port: port }] = answer!.template_ports as [{ host_port: number }];
  const page = await until('the page', () =>
    fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5000) }).then(
      (reply) => reply.text(),
      () => undefined,
    ),
  );
  expect(page).toContain('hello root');
  return { at, boxes, provider, by, said: answer!.instructions as string[] };
}

describe.skipIf(reason !== undefined)('a machine on a real engine', { timeout: 240_000 }, () => {
  it('is made for sats, answers by HTTP, and is gone after its time', async () => {
    const { provider, by, said } = await rented({ internet: true, ports: [31_000, 31_049] });
    expect(said.join()).not.toContain('Internet');
    by(PAID * 1000);
    await until('it to be gone', () => provider.shop.store.lease(1)!.state === 'closed', 120_000);
    expect(podman.names().filter((name) => name.includes('lease-'))).toEqual([]);
    expect(spendable(provider.own)).toBeGreaterThan(0);
  });

  it('answers by HTTP without the Internet, and stays so when others get it', async () => {
    const { at, boxes, provider, by, said } = await rented({ internet: false, ports: [31_050, 31_099] });
    expect(said.join()).toContain('can’t connect to the Internet');
    at.internet = true;
    const { box } = provider.shop.leases.kept(provider.shop.store.lease(1)!)!;
    expect(box.network).toBe('none');
    expect(await boxes.adopt(box, forever)).toBe('running');
    expect(await boxes.adopt({ ...box, network: 'internet' }, forever)).toBe('absent');
    by(PAID * 1000);
    await until('it to be gone', () => provider.shop.store.lease(1)!.state === 'closed', 120_000);
  });
});
