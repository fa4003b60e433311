// A customer made of rust-nostr, the library that the official command line is made of: it waits for its answer as that one does.
import {
  Client,
  Duration,
  type Event,
  EventBuilder,
  Filter,
  Keys,
  Kind,
  KindStandard,
  loadWasmSync,
  NostrSigner,
  nip04Decrypt,
  nip04Encrypt,
  PublicKey,
  Tag,
  Timestamp,
} from '@rust-nostr/nostr-sdk';
import { onTestFinished } from 'vitest';

loadWasmSync();
const LOOK_BACK_S = 60;

export interface AskOptions {
  readonly by: 'nip04' | 'nip17';
  readonly waitMs?: number;
  /** Asks as one whose clock is ahead: what comes of two requests that are so far apart is seen without waiting. */
  readonly laterS?: number;
}

export interface RustCustomer {
  /** Hex. */
  readonly key: string;
  /** `provider`: hex or npub. The answer as it was sent. Rejects when none comes in time. */
  ask(provider: string, request: unknown, options: AskOptions): Promise<Record<string, unknown>>;
  /** The contents of stored events of this kind by that provider. */
  published(provider: string, kind: number): Promise<readonly Record<string, unknown>[]>;
}

export async function rustCustomer(relays: readonly string[]): Promise<RustCustomer> {
  const keys = Keys.generate();
  const client = new Client(NostrSigner.keys(keys));
  for (const relay of relays) await client.addRelay(relay);
  await client.connect();
  await client.waitForConnection(Duration.fromSecs(30));
  onTestFinished(() => client.shutdown());

  const opened = async (event: Event): Promise<{ from: string; text: string } | undefined> => {
    if (event.kind.asU16() === 4) {
      return { from: event.author.toHex(), text: nip04Decrypt(keys.secretKey, event.author, event.content) };
    }
    const { sender, rumor } = await client.unwrapGiftWrap(event);
    return { from: sender.toHex(), text: JSON.parse(rumor.asJson()).content };
  };

  return {
    key: keys.publicKey.toHex(),
    async ask(provider, request, { by, waitMs = 50_000, laterS = 0 }) {
      const to = PublicKey.parse(provider);
      const now = Timestamp.now().asSecs() + laterS;
      const since = Timestamp.fromSecs(now - LOOK_BACK_S);
      const filter = new Filter()
        .kinds([new Kind(4), Kind.fromStd(KindStandard.GiftWrap)])
        .pubkey(keys.publicKey)
        .since(since);
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const { id } = await client.subscribe(filter);
      const listening = client.handleNotifications({
        handleEvent: async (_relay: string, _subscription: string, event: Event) => {
          const letter = await opened(event).catch(() => undefined);
          if (letter?.from === to.toHex()) resolve(letter.text);
          return false;
        },
        handleMsg: async () => false,
      });
      const timer = setTimeout(() => reject(new Error(`no answer in ${waitMs} ms`)), waitMs);
      const text = JSON.stringify(request);
      const letter =
        by === 'nip17'
          ? EventBuilder.privateMsgRumor(to, text)
          : new EventBuilder(new Kind(4), nip04Encrypt(keys.secretKey, to, text)).tags([Tag.publicKey(to)]);
      const dated = letter.customCreatedAt(Timestamp.fromSecs(now));
      if (by === 'nip17') await client.giftWrap(to, dated.build(keys.publicKey));
      else await client.sendEventBuilder(dated);
      try {
        return JSON.parse(await promise) as Record<string, unknown>;
      } finally {
        clearTimeout(timer);
        listening.abort();
        await client.unsubscribe(id);
      }
    },
    async published(provider, kind) {
      const filter = new Filter().author(PublicKey.parse(provider)).kind(new Kind(kind));
      const events = await client.fetchEvents(filter, Duration.fromSecs(30));
      return events.toVec().map((event) => JSON.parse(event.content) as Record<string, unknown>);
    },
  };
}
