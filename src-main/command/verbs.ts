// Every verb of the house and of the networks, in the order of the help. Parsing, help, the README and the tests are made from this table; a new one
// is a line here, where its module says the rest.

import { backupVerb } from './backup.ts';
import { detectVerb } from './detect.ts';
import { diagnosticsVerb } from './diagnostics.ts';
import { doctorVerb } from './doctor.ts';
import { exportVerb } from './export.ts';
import { initVerb } from './init.ts';
import { keyVerb } from './key.ts';
import { linkVerbs } from './link.ts';
import { modelVerbs } from './models.ts';
import { networkVerbs } from './network-verbs.ts';
import { reachVerb } from './reach.ts';
import { rehearseVerb } from './rehearse.ts';
import { removeVerb } from './remove.ts';
import { restoreVerb } from './restore.ts';
import { runnerVerbs } from './runners.ts';
import { serveVerb } from './serve-verb.ts';
import { settingsVerbs } from './settings.ts';
import { shareVerbs } from './share.ts';
import { statusVerb } from './status.ts';
import type { Verb } from './verb.ts';
import { verifyDayVerb } from './verify-day.ts';
import { walletVerbs } from './wallet.ts';
import { workloadVerbs } from './workloads.ts';

/** The first is meant where none is named. */
export const verbs: readonly Verb[] = [
  serveVerb,
  initVerb,
  statusVerb,
  ...shareVerbs,
  doctorVerb,
  detectVerb,
  ...modelVerbs,
  ...runnerVerbs,
  reachVerb,
  rehearseVerb,
  ...settingsVerbs,
  exportVerb,
  verifyDayVerb,
  ...walletVerbs,
  ...workloadVerbs,
  backupVerb,
  restoreVerb,
  diagnosticsVerb,
  removeVerb,
  ...linkVerbs,
  keyVerb,
  ...networkVerbs,
];
