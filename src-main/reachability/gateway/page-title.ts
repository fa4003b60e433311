// What the router's own page calls itself. Asked of the router alone, and only when the user wants to be led through its menus;
// what it answers is a stranger's word, bounded in size and time.

import { Agent, request } from 'undici';
import { addressKind } from '../addresses.ts';
import { ROUTER_PAGE } from '../bounds.ts';

/** `local`: the address of this computer on the line to it. */
export interface RouterPage {
  readonly router: string;
  readonly local: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/**
 * The title of its first page, or the name of what it wants a password for. Undefined where there is none, it answers with
 * something else, or it points elsewhere. Never rejects. `port` is 80, but for tests.
 */
export async function pageTitle(
  { router, local }: RouterPage,
  signal: AbortSignal,
  port = 80,
): Promise<string | undefined> {
  const kind = addressKind(router);
  if (kind === undefined || kind === 'public') return undefined;
  const origin = new URL(`http://${router}:${port}`).origin;
  const agent = new Agent({ connections: 1, maxHeaderSize: 16 * 1024, connect: { localAddress: local } });
  try {
    let url = new URL('/', origin);
    for (let hop = 0; hop < ROUTER_PAGE.hops; hop += 1) {
      const { statusCode, headers, body } = await request(url, { dispatcher: agent, signal });
      const { location } = headers;
      if (statusCode < 300 || statusCode >= 400 || typeof location !== 'string') {
        return titleIn(await beginningOf(body)) ?? realmIn(headers['www-authenticate']);
      }
      await body.dump({ limit: ROUTER_PAGE.bytes });
      url = new URL(location, url);
      if (url.origin !== origin) return undefined;
    }
    return undefined;
  } catch {
    return undefined;
  } finally {
    await agent.destroy().catch(() => undefined);
  }
}

async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= ROUTER_PAGE.bytes) break;
  }
  return Buffer.concat(chunks).subarray(0, ROUTER_PAGE.bytes).toString('utf8');
}

function titleIn(page: string): string | undefined {
  const begin = /<title[^<>]{0,200}>/i.exec(page);
  const rest = begin ? page.slice(begin.index + begin[0].length) : '';
  return plain(rest.slice(0, Math.max(0, rest.indexOf('<'))));
}

function realmIn(asked: string | string[] | undefined): string | undefined {
  return plain(/realm="([^"]{1,200})"/i.exec(String(asked ?? ''))?.[1] ?? '');
}

function plain(text: string): string | undefined {
  const read = text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole);
  const words = read.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return words.slice(0, ROUTER_PAGE.title) || undefined;
}
