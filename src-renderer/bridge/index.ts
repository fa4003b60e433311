// Picks the way to the engine: the preload's bridge in the desktop window, a WebSocket in a browser.
import { SOCKET_PATH, TOKEN_FRAGMENT } from '../../src-preload/contract/console.ts';
import type { Bridge } from '../../src-preload/contract/index.ts';
import { reportFailure } from '../stores/alerts.ts';
import { askAgain, giveUp, waitForOwner } from '../stores/confirm.ts';
import { connectionStore } from '../stores/connection.ts';
import { type Client, createClient } from './client.ts';
import { startFeeds } from './feed.ts';
import { createSocketBridge } from './socket.ts';

declare global {
  interface Window {
    readonly hearth?: Bridge;
  }
}

let client: Client | undefined;
let retry = () => {};

/** Called once, before the first render. */
export function openBridge(): void {
  client = createClient(window.hearth ?? openSocket(), reportFailure, waitForOwner);
  startFeeds(client);
  if (window.hearth) connectionStore.setState({ connection: { state: 'open' } });
}

/** The typed client. Throws before `openBridge`. */
export function engine(): Client {
  if (client === undefined) throw new Error('the bridge is not open');
  return client;
}

/** Seeks a lost connection now. */
export function retryConnection(): void {
  retry();
}

function openSocket(): Bridge {
  const bridge = createSocketBridge({
    url: `ws://${location.host}${SOCKET_PATH}`,
    token: takeToken(),
    storage: sessionStorage,
    onConnection(connection) {
      connectionStore.setState({ connection });
      // A yes that was said meanwhile was not heard here; and where nothing can be asked any more, nothing waits.
      if (connection.state === 'open') askAgain();
      if (connection.state === 'refused') giveUp();
    },
    onConfirmed: askAgain,
    report: reportFailure,
  });
  retry = () => bridge.retry();
  // A new link pasted into this tab changes nothing but the fragment, so the page stays.
  window.addEventListener('hashchange', () => {
    const token = takeToken();
    if (token !== undefined) bridge.enter(token);
  });
  window.addEventListener('online', retry);
  return bridge;
}

/** Takes the token out of the address at once, so that it stays in neither history nor bookmark. */
function takeToken(): string | undefined {
  if (!location.hash.startsWith(TOKEN_FRAGMENT)) return undefined;
  const token = location.hash.slice(TOKEN_FRAGMENT.length);
  history.replaceState(null, '', location.pathname + location.search);
  return token.length > 0 && token.length <= 128 ? token : undefined;
}
