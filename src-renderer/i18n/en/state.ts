// Words for states and kinds, the same wherever they stand.
import { state as shared } from '../../../src-i18n/en/state.ts';

export const state = {
  ...shared,
  backend: {
    checking: 'Looking',
    off: 'Off',
    'not-found': 'Not found',
    'no-model': 'No model',
    cold: 'Ready, asleep',
    loading: 'Loading',
    ready: 'Ready',
    failing: 'Failing',
  },
  network: {
    off: 'Off',
    blocked: 'Held up',
    starting: 'Joining',
    online: 'Online',
    degraded: 'Having trouble',
  },
  reach: {
    looking: 'Looking',
    unproven: 'Not confirmed',
    reached: 'Reachable',
    unreached: 'Not reachable',
  },
  task: {
    running: 'Running',
    done: 'Done',
    failed: 'Failed',
    timeout: 'Out of time',
    cancelled: 'Cancelled',
    interrupted: 'Interrupted',
    'handed-back': 'Handed back',
  },
  service: {
    starting: 'starting',
    running: 'running',
    degraded: 'not well',
    stopped: 'stopped',
  },
};

export const words = {
  openaiServer: 'OpenAI-compatible server',
  fromTasks_one: 'from {{count, number}} task',
  fromTasks_other: 'from {{count, number}} tasks',
  tokens_one: '{{count, number}} token',
  tokens_other: '{{count, number}} tokens',
  done: '{{count, number}} done',
  failed: '{{count, number}} failed',
  cancelled: '{{count, number}} cancelled',
  refused: '{{count, number}} refused',
  noneToday: 'None today',
  sealed: 'Encrypted',
  notSealed: 'Not encrypted',
  noModel: 'no model',
  noEntry: 'nothing',
  on: 'On',
  off: 'Off',
  task: {
    chat: 'Chat',
    completion: 'Completion',
    embedding: 'Embedding',
    transcription: 'Transcription',
    speech: 'Speech',
    moderation: 'Moderation',
  },
};
