// A way to the engine that answers from thin air: a history of any length, read page by page as from the real one. Runs in the
// page, so it uses nothing from outside itself.

export function seedHistory(count: number): void {
  const began = Date.now() - count * 40_000;
  const kinds = ['llm:chat', 'llm:completion', 'llm:embedding', 'audio:transcribe'];
  const models = ['llama3.2:3b', 'qwen2.5:7b-instruct-q4_K_M', 'nomic-embed-text', 'whisper-large-v3'];
  const ends = ['done', 'done', 'done', 'done', 'done', 'failed', 'timeout', 'cancelled'];
  const live = (value: unknown) => ({ boot: 'seeded', revision: 1, value });
  const task = (id: number) => {
    const state = ends[id % ends.length];
    const finishedAt = began + id * 40_000;
    return {
      id,
      network: 'iicp',
      intent: `urn:iicp:intent:${kinds[id % kinds.length]}:v1`,
      model: models[id % models.length],
      backend: 'http://127.0.0.1:11434',
      sealed: id % 2 === 0,
      state,
      code: state === 'failed' ? 'backends.no-answer' : null,
      startedAt: finishedAt - ((id * 379) % 90_000),
      finishedAt,
      tokensIn: (id * 31) % 2000,
      tokensOut: (id * 17) % 1500,
      earnedMicro: state === 'done' ? (id % 4000) * 1000 : null,
      unit: state === 'done' ? 'credit' : null,
    };
  };
  const facets = (values: readonly string[]) => values.map((value) => ({ value, count: 1 }));
  const answers: Record<string, (input: { before?: number; limit: number }) => unknown> = {
    'work.get': () =>
      live({ live: [], recent: [task(count)], today: { done: 1, failed: 0, cancelled: 0, refused: 0 }, refusals: [] }),
    'work.list': ({ before = count + 1, limit }) => {
      const items = Array.from({ length: Math.min(limit, before - 1) }, (_, index) => task(before - 1 - index));
      const last = items.at(-1)?.id ?? 1;
      return { items, next: last > 1 ? last : null };
    },
    'work.count': () => ({ count, exact: true }),
    'work.facets': () => ({
      states: facets([...new Set(ends)]),
      networks: facets(['iicp']),
      intents: facets([]),
      models: facets(models),
      backends: facets([]),
    }),
    'networks.get': () => live([]),
    'backends.get': () => live([]),
    'settings.get': () => live([]),
  };
  const nothing = {
    code: 'seeded.none',
    category: 'unavailable',
    message: 'Nothing is known of it here.',
    details: {},
  };
  Object.defineProperty(window, 'hearth', {
    value: {
      invoke: async (name: string, input: { limit: number }) => {
        const answer = answers[name];
        return answer ? { ok: true, value: answer(input) } : { ok: false, failure: nothing };
      },
      on: () => () => {},
    },
  });
}
