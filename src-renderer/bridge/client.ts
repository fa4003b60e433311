// The contract with its types, over whichever bridge there is. What arrives is parsed here: a bridge is not believed.
import { CONFIRM_CODE } from '../../src-preload/contract/console.ts';
import {
  type Bridge,
  type Input,
  type Output,
  type PushPayload,
  pushes,
  requests,
} from '../../src-preload/contract/index.ts';
import type { PushName, RequestName } from '../../src-preload/contract/names.ts';
import { BridgeError, malformed, notConfirmedFailure, ReplySchema } from './failure.ts';

export interface Client {
  /** Throws BridgeError: the engine's own failure, or `bridge.*` for the way there. */
  ask<N extends RequestName>(name: N, input: Input<N>): Promise<Output<N>>;
  /** Returns its off. A payload that does not fit is reported, not passed on. */
  on<N extends PushName>(name: N, listener: (payload: PushPayload<N>) => void): () => void;
}

/** `confirmed` waits for the owner to say yes at the computer, and tells whether to ask again. */
export function createClient(
  bridge: Bridge,
  report: (error: BridgeError) => void,
  confirmed: (failure: BridgeError) => Promise<boolean> = async () => false,
): Client {
  async function answerTo(name: RequestName, input: unknown): Promise<unknown> {
    for (;;) {
      const reply = ReplySchema.safeParse(await bridge.invoke(name, input));
      if (!reply.success) throw malformed(name, reply.error);
      if (reply.data.ok) return reply.data.value;
      const failure = new BridgeError(reply.data.failure);
      if (failure.code !== CONFIRM_CODE) throw failure;
      if (!(await confirmed(failure))) throw new BridgeError(notConfirmedFailure(), failure);
    }
  }

  return {
    async ask(name, input) {
      const value = requests[name].output.safeParse(await answerTo(name, input));
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
