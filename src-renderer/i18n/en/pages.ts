// The other places, as far as each is one look at what the engine tells.
export const availability = {
  rules: 'Hours and rules',
  now: 'Now',
  nowOpen_one: '{{count, number}} place for tasks is open.',
  nowOpen_other: '{{count, number}} places for tasks are open.',
};

export const network = {
  none: 'No network is set up yet.',
  off: 'This network is switched off.',
  directory: 'Directory',
  registered: 'Registered',
  notYet: 'not yet',
  since: 'since {{time}}',
  lastHeartbeat: 'Last heartbeat',
  noneAccepted: 'none accepted yet',
  takenBy: '{{when}}, taken by {{directory}}',
  theDirectory: 'the directory',
  nextHeartbeat: 'Next heartbeat',
  nextTry: 'The next try is {{when}}.',
  reputation: 'Reputation',
  notRated: 'not rated yet',
  byDirectory: '{{value}}, by the directory',
  address: 'Address',
  noAddress: 'none set',
  listening: 'Listening on',
  notListening: 'nothing',
};

export const settings = {
  look: 'Language and look',
  language: 'Language',
  languageHelp: 'Of these pages. The command line stays English.',
  theme: 'Theme',
  characterKeys: 'Shortcuts of a single character',
  characterKeysHelp: 'Such as ? for the list of shortcuts.',
  asSystem: 'As the system has it',
  english: 'English',
  german: 'German (Deutsch)',
  light: 'Light',
  dark: 'Dark',
  all: 'All settings',
  allWhy: 'To change one that has no place of its own yet: hearth settings set PATH VALUE',
  secretSet: 'set, never shown',
  secretUnset: 'not set',
  isInitial: 'as delivered',
  empty: 'empty',
};
