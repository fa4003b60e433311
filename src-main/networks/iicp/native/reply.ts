// How what admission says of a task becomes the answer to a call: its result, or why there is none.

/** Of a call: at once, or in pieces. */
export interface Reply {
  /** `tokens`: what it took. Throws what does not fit a frame, and then nothing was sent. */
  succeed(result: unknown, tokens: number | undefined): void;
  fail(status: number, code: string, message: string): void;
  /** Nothing more will be said. */
  close(): void;
}

/** What admission says, see Answer. */
export interface Said {
  readonly status: number;
  readonly text: string | undefined;
}

interface HttpReply {
  readonly status?: string;
  readonly result?: unknown;
  readonly metrics?: { readonly tokens_used?: number };
  readonly error?: { readonly code?: string; readonly message?: string };
}

/** Answers with what comes of it, whatever that is; never rejects. */
export async function replyWith(said: Promise<Said>, reply: Reply): Promise<void> {
  try {
    const { status, text } = await said;
    // The caller reads it no more.
    if (text === undefined) return reply.close();
    const json = JSON.parse(text) as HttpReply;
    if (status === 200) {
      return reply.succeed(json.status === 'encrypted' ? json : json.result, json.metrics?.tokens_used);
    }
    const { code, message } = json.error ?? {};
    reply.fail(status, code ?? 'error', message ?? 'the task failed');
  } catch {
    // Such as a result too large for a frame.
    reply.fail(500, 'internal', 'internal error');
  }
}
