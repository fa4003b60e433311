// What a router is, where it does not say so by UPnP: by its hardware address, and by its own page.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makerOf } from '../../../../src-main/reachability/gateway/makers.ts';
import { pageTitle } from '../../../../src-main/reachability/gateway/page-title.ts';
import { LINE, playedReachability } from '../../../support/inbound.ts';

describe('the maker', () => {
  it.each([
    ['2c:3a:fd:12:34:56', 'AVM'],
    ['2C-3A-FD-12-34-56', 'AVM'],
    ['e0:63:da:00:00:01', 'Ubiquiti'],
    ['20:66:cf:00:00:01', 'Freebox'],
    // Made up by whoever has it, by the second bit of the first byte.
    ['2e:3a:fd:12:34:56', undefined],
    ['00:00:00:00:00:01', undefined],
    ['2c:3a', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %s is %s', (hardware, maker) => {
    expect(makerOf(hardware)).toBe(maker);
  });

  it('is told with the router', async () => {
    const { reachability, around, clock, request } = playedReachability();
    around.line = { ...LINE, hardware: '2c:3a:fd:12:34:56' };
    await reachability.start();
    reachability.open(request());
    await clock.turn(0);
    expect(reachability.view().router).toMatchObject({ maker: 'AVM' });
    await reachability.stop();
  });
});

describe('the title of its page', () => {
  async function titleOf(answer: RequestListener): Promise<string | undefined> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return pageTitle({ router: '127.0.0.1', local: '127.0.0.1' }, AbortSignal.timeout(5000), port);
  }

  it.each([
    ['<html><TITLE lang="de">\n FRITZ!Box &amp; 7590\u202e\u0007 </TITLE>', 'FRITZ!Box & 7590'],
    [`<title>${'x'.repeat(500)}</title>`, 'x'.repeat(80)],
    ['<title>never ended', undefined],
    ['<title></title>', undefined],
    ['no page', undefined],
    ['', undefined],
  ])('of %j is %j', async (page, title) => {
    expect(await titleOf((_, response) => void response.end(page))).toBe(title);
  });

  it('is what it wants a password for, where it shows no page', async () => {
    const answer: RequestListener = (_, response) =>
      void response.writeHead(401, { 'www-authenticate': 'Basic realm="NETGEAR R7000"' }).end('<h1>401</h1>');
    expect(await titleOf(answer)).toBe('NETGEAR R7000');
  });

  it('is looked for where the router points to, on itself and nowhere else', async () => {
    const pointing = (location: string): RequestListener => {
      return ({ url }, response) => {
        if (url === '/') response.writeHead(302, { location }).end();
        else response.end('<title>ASUS Login</title>');
      };
    };
    expect(await titleOf(pointing('/Main_Login.asp'))).toBe('ASUS Login');
    let asked = 0;
    const other = createServer((_, response) => {
      asked += 1;
      response.end('<title>somebody else</title>');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    expect(await titleOf(pointing(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`))).toBeUndefined();
    expect(asked).toBe(0);
    expect(await titleOf((_, response) => void response.writeHead(302, { location: '/' }).end())).toBeUndefined();
  });

  it('is not waited for in a page without an end', async () => {
    let sent = 0;
    const answer: RequestListener = (_, response) => {
      const more = (): void => {
        sent += 16_384;
        if (response.destroyed) return;
        if (response.write('x'.repeat(16_384))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    };
    expect(await titleOf(answer)).toBeUndefined();
    expect(sent).toBeGreaterThan(64 * 1024);
  });

  it('is asked of nobody outside', async () => {
    const page = { router: '11.0.0.1', local: '127.0.0.1' };
    expect(await pageTitle(page, AbortSignal.timeout(5000))).toBeUndefined();
  });

  it('is asked only while somebody wants a way in, and waited for three seconds', async () => {
    const { reachability, around, clock, request } = playedReachability();
    around.title = 'FRITZ!Box';
    await reachability.start();
    expect(await reachability.routerTitle()).toBeNull();
    reachability.open(request());
    await clock.turn(0);
    expect(await reachability.routerTitle()).toBe('FRITZ!Box');
    await reachability.stop();
    expect(clock.timers).toBe(0);
  });
});
