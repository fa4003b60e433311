// What stands around every page.
export const places = {
  home: 'Home',
  work: 'Work',
  earnings: 'Earnings',
  capacity: 'Capacity',
  availability: 'Availability',
  network: 'Network',
  settings: 'Settings',
  setup: 'Setup',
};

export const frame = {
  title: '{{place}} · Hearth',
  places: 'Places',
  skip: 'Skip to the page',
  sharing: 'Sharing',
  sharingHelpOn: 'Off: no new tasks, running ones finish',
  sharingHelpOff: 'On: tasks are taken again',
  reach: 'Reachability',
  today: 'Today',
  onItsWay: 'on its way',
  nothingToday: 'Nothing yet',
  noNetwork: 'No network',
  practice: 'Practice',
  practiceMeans: 'Practice: tasks and credits here are not real.',
  commands: 'Commands',
  help: 'Help',
  dismiss: 'Dismiss',
  close: 'Close',
  cancel: 'Cancel',
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'Could not be copied',
  more: 'and {{count, number}} more',
  lost: 'The connection to Hearth is lost.',
  lostMeans:
    'What you see is from before. It is being sought again; if it does not come back, see whether Hearth still runs.',
  tryNow: 'Try now',
  broken: 'This page could not be shown.',
  brokenMeans: 'Reload it. If that does not help, restart Hearth.',
  reload: 'Reload',
};

export const refused = {
  noLink: 'This page needs a link from Hearth to open.',
  usedLink: 'This link has been used, or is more than ten minutes old.',
  restarted: 'Hearth has been restarted since this page was opened.',
  throttled: 'Too many wrong links were tried in the last minute.',
  outdated: 'This page and the running Hearth are of different versions.',
  link: 'Run `hearth link` in a terminal and open the new link it prints.',
  reload: 'Reload the page.',
};

export const actions = {
  page: 'This page',
  sharing: 'Sharing',
  places: 'Places',
  look: 'Look',
  help: 'Help',
  search: 'Search for a command',
  none: 'No such command.',
  palette: 'Commands',
  pause: 'Pause sharing',
  pauseWords: 'stop off break',
  resume: 'Resume sharing',
  pauseFor: 'Pause for…',
  pauseForWords: 'until hour minutes tomorrow later',
  release: 'Give me my PC back',
  releaseWords: 'stop unload memory game vram',
  resumeWords: 'start on share',
  goHome: 'Go to Home',
  goWork: 'Go to Work',
  goEarnings: 'Go to Earnings',
  goCapacity: 'Go to Capacity',
  goAvailability: 'Go to Availability',
  goNetwork: 'Go to Network',
  goSettings: 'Go to Settings',
  detect: 'Search for model servers',
  detectWords: 'backends ollama find look',
  diagnostics: 'Show diagnostics',
  diagnosticsWords: 'report bundle help support logs',
  backup: 'Back up or restore',
  backupWords: 'identity save drill passphrase',
  idle: 'Why am I idle?',
  idleWords: 'no tasks nothing waiting',
  themeLight: 'Light theme',
  themeDark: 'Dark theme',
  themeSystem: 'Theme as the system has it',
  languageSystem: 'Language as the system has it',
  languageEn: 'Language: English',
  languageDe: 'Language: German (Deutsch)',
  setup: 'Run setup again',
  setupWords: 'first run wizard begin start welcome restore',
  about: 'Help for this page',
  keys: 'List of shortcuts',
};

export const pause = {
  title: 'Pause for how long?',
  means: 'No new tasks are taken meanwhile; running ones finish and are paid.',
  '30m': '30 minutes',
  '1h': '1 hour',
  '4h': '4 hours',
  tomorrow: 'Until tomorrow, 08:00',
  resumed: 'Until I resume',
  released_one: 'Your computer is yours: {{count, number}} model taken out of memory in {{seconds}} s.',
  released_other: 'Your computer is yours: {{count, number}} models taken out of memory in {{seconds}} s.',
};

export const keys = {
  title: 'Shortcuts',
  mod: 'Ctrl',
  shift: 'Shift',
  escape: 'Close what is open',
  characters: 'Shortcuts of a single character can be switched off under Settings.',
};

export const help = {
  title: 'Help: {{place}}',
  shortcuts: 'Shortcuts',
  home: 'Home shows whether you are sharing and, if not, why; who can find this computer; and what today brought. The switch at the top stops new tasks at once: what runs may finish and is still paid.',
  work: 'Work lists the tasks that run and that ran: what kind, on which model, how long, how many tokens and what was earned. What was asked and answered is never kept, so it cannot be shown.',
  earnings:
    'Earnings are sums over the ledger, in which rows are only ever added. Each sum says how many entries it was made of.',
  capacity:
    'Capacity is what does the work: the model servers on this computer, their models, and how much of them others may use. The limit that binds now is named; what is kept for you is never lent.',
  availability:
    'Availability is when this computer shares, and how much of it at which time of the day. The week is painted or typed, rules stop sharing by themselves, and of all that holds the strictest wins and is named.',
  network:
    'Network has a card for each network: its switch, whether a directory lists this computer and when it last saw it, at which address others reach it, and its own settings. Below stands what happened: each registration and heartbeat, how long it took, and why it failed where it did.',
  settings:
    'Settings has a section for each concern: manners of the window, notifications, which kinds of tasks are taken and what is kept of them, backups and proving them, new versions, what helps somebody to help you, and removing everything. All settings lists every choice as the command line names it.',
  setup:
    'Setup goes through what a computer needs before it shares, one step at a time. Every step can be left out and done later in its own place, what is chosen holds at once, and nothing is shared before the last step. It can be left at any time and goes on where it was.',
};
