// What is agreed to by joining IICP. Without zod: the pages take the version from here.

export const iicpConsent = {
  version: 1,
  sends: 'AI tasks of strangers: chat, completions, embeddings, and speech, pictures or moderation where a model can.',
  costs: 'No fee and no deposit. Your power and your line, as far as you allow it.',
  sees: 'The directory {{directoryUrl}} learns this computer’s public address, its models, how much it takes and how tasks ended, never what was in them. Those who send a task see the address too.',
  runs: 'Whoever runs the directory {{directoryUrl}} lists the computers. Tasks come straight from those who ask, not through it.',
} as const;
