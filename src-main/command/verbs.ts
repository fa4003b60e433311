// Every verb of the house and of the networks, in the order of the help. Parsing, help, the README and the tests are made from this table; a new one
// is a line here, where its module says the rest. A module is loaded when its word is typed: a question to the running node should not
// take the time of knowing all others.

import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import { networkVerbs } from '../networks/verbs.ts';
import type { Verb } from './verb.ts';

const networksWithVerbs = Object.keys(networkVerbs) as NetworkId[];

/** Verbs by the first words of their names. */
type Group = readonly [words: string, load: () => Promise<readonly Verb[]>];

/** The first is meant where none is named. */
export const groups: readonly Group[] = [
  ['serve', async () => [(await import('./serve-verb.ts')).serveVerb]],
  ['init', async () => [(await import('./init.ts')).initVerb]],
  ['status', async () => [(await import('./status.ts')).statusVerb]],
  ['pause resume quiet release', async () => (await import('./share.ts')).shareVerbs],
  ['doctor', async () => [(await import('./doctor.ts')).doctorVerb]],
  ['detect', async () => [(await import('./detect.ts')).detectVerb]],
  ['models load unload', async () => (await import('./models.ts')).modelVerbs],
  ['runners', async () => (await import('./runners.ts')).runnerVerbs],
  ['reach', async () => [(await import('./reach.ts')).reachVerb]],
  ['rehearse', async () => [(await import('./rehearse.ts')).rehearseVerb]],
  ['settings', async () => (await import('./settings.ts')).settingsVerbs],
  ['export', async () => [(await import('./export.ts')).exportVerb]],
  ['verify-day', async () => [(await import('./verify-day.ts')).verifyDayVerb]],
  ['wallet', async () => (await import('./wallet.ts')).walletVerbs],
  ['workloads', async () => (await import('./workloads.ts')).workloadVerbs],
  ['backup', async () => [(await import('./backup.ts')).backupVerb]],
  ['restore', async () => [(await import('./restore.ts')).restoreVerb]],
  ['diagnostics', async () => [(await import('./diagnostics.ts')).diagnosticsVerb]],
  ['remove-everything', async () => [(await import('./remove.ts')).removeVerb]],
  ['link confirm', async () => (await import('./link.ts')).linkVerbs],
  ['key', async () => [(await import('./key.ts')).keyVerb]],
  ...networksWithVerbs.map((id): Group => [id, async () => (await import('./network-verbs.ts')).verbsOfNetwork(id)]),
];

/** All there are: for help, and to say what is wrong with what was typed. */
export async function allVerbs(): Promise<readonly Verb[]> {
  return (await Promise.all(groups.map(([, load]) => load()))).flat();
}

/** Those whose names begin with this word; all of them where none does, as where a network's verb is called by its other name. */
export function verbsUnder(word: string): Promise<readonly Verb[]> {
  const group = groups.find(([words]) => words.split(' ').includes(word));
  return group ? group[1]() : allVerbs();
}
