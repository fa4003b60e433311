// The contract with its types, over whichever bridge there is. What arrives is parsed here: a bridge is not believed.
import {
  type Bridge,
  type Input,
  type Output,
  type PushPayload,
  pushes,
  requests,
} from '../../src-preload/contract/index.ts';
import type { PushName, RequestName } from '../../src-preload/contract/names.ts';
import { BridgeError, malformed, ReplySchema } from './failure.ts';

export interface Client {
  /** Throws BridgeError: the engine's own failure, or `bridge.*` for the way there. */
  ask<N extends RequestName>(name: N, input: Input<N>): Promise<Output<N>>;
  /** Returns its off. A payload that does not fit is reported, not passed on. */
  on<N extends PushName>(name: N, listener: (payload: PushPayload<N>) => void): () => void;
}

export function createClient(bridge: Bridge, report: (error: BridgeError) => void): Client {
  return {
    async ask(name, input) {
      const reply = ReplySchema.safeParse(await bridge.invoke(name, input));
      if (!reply.success) throw malformed(name, reply.error);
      if (!reply.data.ok) throw new BridgeError(reply.data.failure);
      const value = requests[name].output.safeParse(reply.data.value);
      if (!value.success) throw malformed(name, value.error);
      return value.data as Output<typeof name>;
    },
    on(name, listener) {
      return bridge.on(name, (payload) => {
        const parsed = pushes[name].safeParse(payload);
        if (parsed.success) listener(parsed.data as PushPayload<typeof name>);
        else report(malformed(name, parsed.error));
      });
    },
  };
}
