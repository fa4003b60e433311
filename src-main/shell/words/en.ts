import { plain } from './figures.ts';
import type { Words } from './words.ts';

const tasks = (count: number) => (count === 1 ? '1 task is running' : `${count} tasks are running`);
const about = (left: string | undefined) => (left === undefined ? '' : ` (about ${left} left)`);

export const en: Words = {
  locale: 'en-GB',
  states: {
    off: 'Off',
    starting: 'Starting',
    ready: 'Ready',
    working: 'Working',
    paused: 'Paused',
    finishing: 'Finishing',
    limited: 'Limited',
    'needs-you': 'Needs you',
  },
  sentence: ({ node }) => plain(node.sentence, 160),
  credits: (one) => (one ? 'credit' : 'credits'),
  span: (seconds) => (seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`),
  tray: {
    starting: 'Starting',
    today: (amounts) => `${amounts} today`,
    onItsWay: (amounts) => `${amounts} on its way`,
    sharing: 'Sharing',
    pauseFor: 'Pause for',
    pauses: {
      '30m': '30 minutes',
      '1h': '1 hour',
      '4h': '4 hours',
      tomorrow: 'Until tomorrow, 08:00',
      resumed: 'Until I resume',
    },
    finishThenPause: 'Finish current work, then pause',
    resume: 'Resume sharing',
    release: 'Give me my PC back',
    quiet: 'Quiet mode',
    testReachability: 'Test reachability',
    diagnostics: 'Diagnostics',
    copyAddress: (short) => `Copy address (${short})`,
    copyReport: 'Copy report',
    open: 'Open Hearth…',
    install: (version) => `Version ${version} is there…`,
    quit: 'Quit (stops sharing)',
  },
  menu: {
    edit: 'Edit',
    view: 'View',
    window: 'Window',
    help: 'Help',
    about: 'About Hearth',
    quit: 'Quit Hearth',
    close: 'Close window',
  },
  close: {
    question: (tray) => ({
      message: 'Keep serving in the background, or quit?',
      detail: `${
        tray
          ? 'In the background Hearth goes on sharing; its window comes back from the tray.'
          : 'In the background Hearth goes on sharing. This desktop shows no tray: start Hearth again to see its window.'
      } Your answer is remembered; it can be changed under Settings.`,
    }),
    keep: 'Keep serving',
    quit: 'Quit',
    cancel: 'Cancel',
  },
  quit: {
    question: (running, left) => ({
      message: 'Stop sharing and quit?',
      detail: `${tasks(running)}${about(left)}. What is cut short is handed back and earns nothing.`,
    }),
    waiting: (running, left) => ({
      message: 'Hearth quits once the last task is done.',
      detail: `${tasks(running)}${about(left)}. New ones are not taken any more.`,
    }),
    finish: 'Finish, then quit',
    now: 'Quit now',
    cancel: 'Cancel',
    wait: 'Keep waiting',
  },
  notices: {
    again: (sentence, count) => `${sentence}. So it was ${count} times in the last hour.`,
    stopped: 'Sharing has stopped',
    goesOn: 'Sharing goes on',
    update: (version, byItself) => ({
      title: `Hearth ${version} is there`,
      body: byItself ? 'It is installed once no task runs.' : 'Nothing is installed before you say so.',
    }),
    loginFailed: {
      title: 'Hearth did not open at login',
      body: 'It is set to, and there was a login. It has been set up anew; Settings tells more.',
    },
    released: (models, freed, seconds) => ({
      title: 'Your computer is yours',
      body: [
        models === 1 ? '1 model taken out of memory' : `${models} models taken out of memory`,
        ...(freed === undefined ? [] : [`${freed} GB of VRAM free again`]),
        `${seconds} s`,
      ].join(', '),
    }),
    notReleased: 'Not everything could be given back',
    copied: { title: 'Copied', body: 'The report is in the clipboard, without secrets and addresses.' },
  },
  passphrase: {
    title: 'Passphrase',
    ask: "The key to this data folder's secrets is under a passphrase. Hearth starts once it is given.",
    label: 'Passphrase',
    askBackup: 'The backup is sealed. What it was sealed with opens it.',
    wrong: 'That is not the passphrase. Try again.',
    open: 'Open',
    newTitle: 'New passphrase',
    askNew:
      "The key to this data folder's secrets goes under this passphrase, and every start asks for it. Nobody can bring it back for you.",
    newLabel: 'New passphrase, at least 8 characters',
    againLabel: 'The same again',
    differ: 'The two are not the same. Nothing was changed.',
    tooShort: 'It has to have at least 8 characters. Nothing was changed.',
    keep: 'Use this passphrase',
    cancel: 'Cancel',
  },
  mending: {
    question: (folder, copy) => ({
      message: 'The database of this node is damaged',
      detail: `It lies in ${plain(folder, 300)}, and nothing of it was changed. ${
        copy
          ? 'Hearth has a copy of its own: what was earned or set since then is not in it.'
          : 'There is no copy of its own beside it.'
      } A backup that you made can be put back, too. What is damaged is moved aside, not deleted.`,
    }),
    copy: (at) =>
      `Put back the copy of ${new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}`,
    file: 'Restore from a backup…',
    fileTitle: 'Backup of Hearth',
  },
  lost: {
    question: (folder) => ({
      message: 'The node that lived here is gone',
      detail: `Its database is missing in ${plain(folder, 300)}. Is a disk not there? Then quit, bring it back, and start again. A new node has another identity; a backup can be put back into it, in Settings.`,
    }),
    anew: 'Begin as a new node',
    quit: 'Quit',
  },
  trial: {
    question: (from, to) => ({
      message: `Hearth ${to} did not start well. Go back to ${from}?`,
      detail:
        'No task was taken since the update, so nothing is lost: the program and the database are put back as they were before it.',
    }),
    back: 'Go back',
    byHand: (to, says) => ({ message: `Hearth ${to} did not start well.`, detail: says }),
    stay: 'Try once more',
    quit: 'Quit',
  },
};
