// What is agreed to by joining IICP. Without zod: the pages take the version from here.

export const iicpConsent = {
  version: 2,
  sends: 'Strangers’ AI tasks: chat, embeddings, speech, pictures, whatever your models can do.',
  pays: 'Credits for each token. They aren’t money: they count in this network only, and Hearth can’t exchange them.',
  costs: 'Electricity and your internet connection. No fee, no deposit.',
  sees: 'The directory {{directoryUrl}} learns your public address, models, capacity and how tasks ended, never their content. Senders see the address too.',
  runs: 'The directory’s operator. Tasks come straight from those who ask.',
} as const;
