// Puts a way in of our choice before the pages of console mode: what stands between page and engine answers for the one noun, and
// passes all the rest on. The engine of a test has no outside of its own.
import type { Page } from '@playwright/test';
import { reachabilityPushes, reachabilityRequests } from '../../src-preload/contract/reachability.ts';
import type { InboundShown } from '../support/inbound-states.ts';

export interface InboundBefore {
  show(shown: InboundShown): void;
  /** Requests of this noun that the page made, in order, without the first look. */
  readonly asked: string[];
}

/** To be called before the page is opened. Without a `first`, the engine answers until something is shown. */
export async function inboundBefore(page: Page, first?: InboundShown): Promise<InboundBefore> {
  let shown = first;
  let revision = 1;
  const asked: string[] = [];
  let push: (text: string) => void = () => {};
  const slice = () =>
    reachabilityPushes['reachability.changed'].parse({ boot: 'played', revision, value: shown?.view });
  const answers: Readonly<Record<string, () => unknown>> = {
    'reachability.get': slice,
    'reachability.test': slice,
    'reachability.try': slice,
    'reachability.routerTitle': () => ({ title: shown?.title ?? null }),
    'reachability.log': () => reachabilityRequests['reachability.log'].output.parse(shown?.log),
    'reachability.report': () => ({ text: shown?.report }),
  };
  await page.routeWebSocket(/\/socket$/, (socket) => {
    const server = socket.connectToServer();
    push = (text) => socket.send(text);
    socket.onMessage((message) => {
      const { id, name } = JSON.parse(String(message)) as { id?: number; name?: string };
      const answer = name === undefined ? undefined : answers[name];
      if (shown === undefined || answer === undefined) return server.send(message);
      if (name !== 'reachability.get') asked.push(name!);
      socket.send(JSON.stringify({ id, reply: { ok: true, value: answer() } }));
    });
    server.onMessage((message) => {
      if (shown === undefined || !String(message).startsWith('{"push":"reachability.changed"')) socket.send(message);
    });
  });
  return {
    asked,
    show(next) {
      shown = next;
      revision += 1;
      push(JSON.stringify({ push: 'reachability.changed', payload: slice() }));
    },
  };
}
