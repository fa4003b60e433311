// Posemesh: leases jobs from a manager, does them with runners on this computer, and stores the results at the domain of each job.

import { z } from 'zod';
import { inFront, Reason, request, Time } from '../define.ts';
import { networkContract } from './contract.ts';
import { posemeshConsent } from './posemesh-consent.ts';
import { posemeshSettings } from './posemesh-settings.ts';

const Count = z.number().int().nonnegative();

/** A job that runs. What it is of is the manager's word. */
const PosemeshJob = z.object({
  /** Of the house. */
  id: z.number().int(),
  taskId: z.string(),
  capability: z.string(),
  stage: z.string().nullable(),
  /** As the runner said it last, in JSON. */
  progress: z.string().max(300),
  /** Of that, what it calls its stage, and how far it is, from 0 to 100; null where it does not say. */
  doing: z.string().max(121).nullable(),
  percent: z.number().min(0).max(100).nullable(),
  /** What the manager expects it to bring, in millionths of a credit; null where it does not say. Never what was received. */
  estimateMicro: Count.nullable(),
  domainId: z.string().nullable(),
  domainServer: z.string().nullable(),
  inputs: Count,
  inputBytes: Count,
  outputs: Count,
  outputBytes: Count,
  attempts: Count.nullable(),
  maxAttempts: Count.nullable(),
  /** When the lease runs out unless it is renewed; null where the manager does not say. */
  leaseUntil: Time.nullable(),
  startedAt: Time,
});

export const PosemeshDetail = z.object({
  ddsBaseUrl: z.string(),
  dmsBaseUrl: z.string(),
  mode: z.enum(['callback', 'wallet']),
  registration: z.enum(['disconnected', 'registering', 'registered']),
  /** Of the last answer, call back or health probe of the discovery service. */
  seenAt: Time.nullable(),
  /** It has called back with a secret; false where it need not. */
  calledBack: z.boolean(),
  /** Until when the log-in holds; null: there is none. */
  tokenUntil: Time.nullable(),
  /** Of the wallet; null while none was made. */
  address: z.string().nullable(),
  /** Where it is listened for the discovery service; null while it is not. */
  listening: z.string().nullable(),
  /** What there are runners for. */
  capabilities: z.array(z.string()),
  /** When the manager was asked for work last. */
  polledAt: Time.nullable(),
  jobs: z.array(PosemeshJob),
});
export type PosemeshDetail = z.infer<typeof PosemeshDetail>;

/** What is kept of a job, running or over. Texts are the manager's. */
const JobFacts = z.object({
  taskId: z.string(),
  managerJob: z.string().nullable(),
  domainId: z.string().nullable(),
  domainServer: z.string().nullable(),
  inputs: Count,
  inputBytes: Count,
  outputs: Count,
  outputBytes: Count,
  attempts: Count.nullable(),
  /** As the manager said it: what it expected the job to bring, in what, and what it says that it debited. */
  estimatedCost: z.string().nullable(),
  billingUnits: z.string().nullable(),
  debited: z.string().nullable(),
  /** The manager has not heard yet what became of it. */
  owed: z.boolean(),
});
export type JobFacts = z.infer<typeof JobFacts>;

const VariableFile = z.object({ text: z.string().max(256 * 1024) });

/** What a file of environment variables would set. No secret is in it. */
const VariablesRead = z.object({
  settings: z.array(z.string()),
  /** What it would set, variable by variable. The value as the setting takes it; null: a secret, which is never shown. */
  variables: z.array(z.object({ name: z.string(), setting: z.string(), value: z.string().nullable() })),
  problems: z.array(Reason),
  notes: z.array(Reason),
  /** Of the wallet key in the file, and of the one that it would take the place of. */
  wallet: z.object({ address: z.string(), replaces: z.string().nullable() }).nullable(),
});
export type VariablesRead = z.infer<typeof VariablesRead>;

export const posemeshContract = networkContract({
  id: 'posemesh',
  title: 'Posemesh',
  kinds: ['job'],
  units: {
    'auki-credit': {
      en: { one: 'Auki credit', other: 'Auki credits' },
      de: { one: 'Auki-Credit', other: 'Auki-Credits' },
    },
  },
  consent: posemeshConsent,
  detail: PosemeshDetail,
  settings: posemeshSettings,
  events: {
    registered: 'info',
    'registration-failed': 'warning',
    'called-back': 'info',
    'logged-in': 'info',
    'log-in-failed': 'warning',
    'manager-failed': 'warning',
    'lease-lost': 'warning',
    'report-failed': 'warning',
    left: 'info',
  },
  checks: {
    registered: 'Registered',
    secret: 'Called back',
    token: 'Logged in',
    manager: 'Manager',
    domain: 'Domain server',
    runner: 'Runners',
  },
  rehearsal: {
    registered: 'Registered',
    'logged-in': 'Logged in',
    leased: 'Job leased',
    loaded: 'Input loaded',
    reported: 'Done and reported',
    booked: 'Booked',
    'cleaned-up': 'Cleaned up',
  },
  requests: {
    /** Null where there is no such job, or not any more. */
    job: request(z.object({ id: z.number().int().nonnegative() }), JobFacts.nullable()),
    /** Looks through a file of environment variables of an official node. Changes nothing. */
    readVariables: request(VariableFile, VariablesRead),
    /**
     * Sets what it says. Nothing is set where one of its values is wrong, and nothing where its wallet key would take the place of another
     * one unless `replaceWallet` says so. Answers with what it read, and whether that was set.
     */
    importVariables: inFront(
      request(
        VariableFile.extend({ replaceWallet: z.boolean().default(false) }),
        VariablesRead.extend({ done: z.boolean() }),
      ),
    ),
  },
});
export type PosemeshEventKind = keyof typeof posemeshContract.events;
export type PosemeshCheckId = keyof typeof posemeshContract.checks;
