// A second Hearth outside as the witness: it brings a nonce to where the router says that we are, so neither a router nor a witness
// can make up that we are reached.
import { expect, it } from 'vitest';
import { CLI } from '../support/cli.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Child, external, inLab, Lab, type News } from './support.ts';

const ROOT = `${import.meta.dirname}/../..`;
const PRACTICE = `${ROOT}/src-main/practice/iicp/main.ts`;
const WAN = '11.203.113.1';
const PORT = 9484;
const SECOND = `${WAN}:${PORT}`;
const LIAR = `${WAN}:9600`;
const VERDICT_MS = 100_000;

interface View {
  readonly ports: readonly {
    readonly advertised: string | null;
    readonly proof: { readonly reached: boolean; readonly prober: string; readonly seen: boolean } | null;
  }[];
}

/** A node with a data folder of its own. */
class Node {
  readonly #lab: Lab;
  readonly #place: 'lan' | 'wan';
  readonly #folder = temporaryFolder();

  constructor(lab: Lab, place: 'lan' | 'wan') {
    this.#lab = lab;
    this.#place = place;
  }

  async start(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const all = {
      'networks.iicp.directoryUrl': `http://${WAN}:8088`,
      'reachability.stunServers': [`${WAN}:3478`, '11.203.113.2:3478', `${WAN}:3479`],
      ...settings,
      'networks.iicp.enabled': true,
    };
    for (const [path, value] of Object.entries(all)) await this.#cli('settings', 'set', path, JSON.stringify(value));
    const words = [CLI, 'serve', '--headless', '--data', this.#folder, '--log-level', 'warn'];
    this.#lab.spawn(this.#place, process.execPath, ...words);
  }

  /** The view once `so` holds. */
  async sees(what: string, so: (port: View['ports'][number]) => boolean): Promise<View['ports'][number]> {
    const end = performance.now() + VERDICT_MS;
    let last = '';
    for (;;) {
      last = await this.#cli('reach', '--json').catch((error: { stdout: string }) => error.stdout);
      const port = last === '' ? undefined : (JSON.parse(last) as View).ports[0];
      if (port && so(port)) return port;
      if (performance.now() > end) throw new Error(`${VERDICT_MS} ms without ${what}; the last was ${last}`);
    }
  }

  #cli(...words: readonly string[]): Promise<string> {
    return this.#lab.exec(this.#place, process.execPath, CLI, ...words, '--data', this.#folder);
  }
}

async function directoryIn(lab: Lab): Promise<void> {
  const directory = new Child(
    lab.spawn('wan', process.execPath, PRACTICE, 'directory', '--host', WAN, '--port', '8088'),
  );
  await directory.hears('the directory', ({ url }: News) => typeof url === 'string');
}

async function secondIn(lab: Lab): Promise<void> {
  const second = new Node(lab, 'wan');
  await second.start({ 'networks.iicp.endpoint': `http://${SECOND}`, 'reachability.witnessForOthers': true });
}

/** Says to everybody that it reached them, and never tries. A program of its own, since it has to stand outside. */
const LIE = `
import { createServer } from 'node:http';
createServer((request, response) => {
  const seen = request.socket.remoteAddress.replace('::ffff:', '');
  request.resume().on('end', () => response.end(JSON.stringify({ reached: true, nonce: null, seen_from: seen })));
}).listen(9600);
`;

inLab('a second Hearth as the witness', () => {
  it('brings the nonce through the router', async () => {
    const lab = await Lab.up('--no-ipv6');
    await directoryIn(lab);
    await secondIn(lab);
    const home = new Node(lab, 'lan');
    await home.start({ 'reachability.witness': `http://${SECOND}` });
    const { advertised, proof } = await home.sees('its word', ({ proof: told }) => told?.prober === SECOND);
    expect(proof).toMatchObject({ reached: true, seen: true });
    expect(advertised).toBe(`http://${external()}:${PORT}`);
  });

  it('finds out a router that tells an address which leads to somebody else', async () => {
    const lab = await Lab.up('--no-ipv6', '--cgnat', '--ext-ip', external());
    await directoryIn(lab);
    await secondIn(lab);
    const home = new Node(lab, 'lan');
    await home.start({ 'reachability.witness': `http://${SECOND}` });
    const { advertised, proof } = await home.sees('its word', ({ proof: told }) => told?.prober === SECOND);
    expect(proof).toMatchObject({ reached: false, seen: false });
    expect(advertised).toBeNull();
  });

  it('that lies makes nobody reachable', async () => {
    const lab = await Lab.up('--no-ipv6', '--cgnat', '--ext-ip', external());
    await directoryIn(lab);
    lab.spawn('wan', process.execPath, '--input-type=module', '--eval', LIE);
    const home = new Node(lab, 'lan');
    await home.start({ 'reachability.witness': `http://${LIAR}` });
    const { advertised, proof } = await home.sees('a verdict', ({ proof: told }) => told?.prober === LIAR);
    expect(proof).toMatchObject({ reached: false, seen: false });
    expect(advertised).toBeNull();
  });
});
