// A whole little posemesh on this computer: discovery service, manager and domain server, with a job now and then. The node in the middle is
// the real one.

import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { PracticeDeps, PracticeRun, StartPractice, StartRehearsal } from '../practice.ts';
import { type Dds, type DdsOptions, startDds } from './dds.ts';
import { type Dms, type DmsOptions, startDms } from './dms.ts';
import { type DomainOptions, type DomainServer, startDomain } from './domain.ts';

export interface PracticeMesh {
  readonly dds: Dds;
  readonly dms: Dms;
  readonly domain: DomainServer;
  stop(): Promise<void>;
}

export interface PracticeMeshOptions {
  readonly dds?: DdsOptions;
  readonly dms?: DmsOptions;
  readonly domain?: DomainOptions;
}

/** Everything on 127.0.0.1 and free ports unless the options say otherwise. */
export async function startPracticeMesh(
  deps: { readonly clock: Clock; readonly random: Random },
  options: PracticeMeshOptions = {},
): Promise<PracticeMesh> {
  const dds = await startDds(deps, options.dds);
  const domain = await startDomain(deps, options.domain);
  const dms = await startDms(
    { ...deps, holderOf: (token) => dds.holderOf(token), grant: (id, until) => domain.grant(id, until) },
    options.dms,
  );
  return {
    dds,
    dms,
    domain,
    async stop() {
      await dms.stop();
      await domain.stop();
      await dds.stop();
    },
  };
}

/** A capability of the runner that is there for practice. */
export const PRACTICE_CAPABILITY = '/reconstruction/local-refinement/v1';

const BETWEEN_MS = 4000;
const MOST_WAITING = 3;

/** A scan to be refined, again and again. */
async function practise({ clock, random, logger }: PracticeDeps): Promise<PracticeRun> {
  const { dds, dms, domain, stop } = await startPracticeMesh({ clock, random });
  logger.info('practice posemesh started', { dds: dds.url, dms: dms.baseUrl });
  const scan = domain.put('scan_2026-01-02_03-04-05', 'refined_scan_zip', Buffer.alloc(256 * 1024, 'scan'));
  let cancel = () => {};
  const again = () => {
    const waiting = dms.jobs.filter(({ state }) => state === 'queued').length;
    if (waiting < MOST_WAITING) {
      dms.order({
        capability: PRACTICE_CAPABILITY,
        domainId: domain.domainId,
        domainUrl: domain.url,
        inputs: [domain.cidOf(scan)],
      });
    }
    cancel = clock.after(BETWEEN_MS, again);
  };
  again();
  return {
    settings: {
      'networks.posemesh.ddsBaseUrl': dds.url,
      'networks.posemesh.dmsBaseUrl': dms.baseUrl,
      'networks.posemesh.registrationMode': 'wallet',
      'networks.posemesh.regSecret': 'practice',
      'networks.posemesh.noop': true,
      'networks.posemesh.noopSleepSecs': 2,
      'networks.posemesh.pollBackoffMsMin': 500,
      'networks.posemesh.pollBackoffMsMax': 1000,
    },
    async stop() {
      cancel();
      await stop();
    },
  };
}

const SCAN_BYTES = 64 * 1024;

/** A small scan to work on, once; what the servers see of it. */
const rehearse: StartRehearsal = async (deps) => {
  const { dds, dms, domain, stop } = await startPracticeMesh(deps);
  const scan = domain.put('scan_2026-01-02_03-04-05', 'refined_scan_zip', Buffer.alloc(SCAN_BYTES, 'scan'));
  const job = () => dms.jobs[0];
  const reports = (kind: 'complete' | 'fail') => (job()?.reports ?? []).filter((one) => one.kind === kind);
  return {
    by: 'runner',
    settings: {
      'networks.posemesh.ddsBaseUrl': dds.url,
      'networks.posemesh.dmsBaseUrl': dms.baseUrl,
      'networks.posemesh.registrationMode': 'wallet',
      'networks.posemesh.regSecret': 'rehearsal',
      'networks.posemesh.pollBackoffMsMin': 50,
      'networks.posemesh.pollBackoffMsMax': 100,
      'networks.posemesh.jobCpuMillicores': 0,
      'networks.posemesh.jobMemoryMiB': 0,
      'networks.posemesh.jobDiskMiB': 16,
    },
    pretend: { 'networks.posemesh.noop': true, 'networks.posemesh.noopSleepSecs': 0 },
    capability: PRACTICE_CAPABILITY,
    steps: {
      registered: () => dds.nodes().length > 0,
      'logged-in': () => dds.tokens.length > 0,
      leased: () => (job()?.attempts ?? 0) > 0,
      loaded: () => domain.requests.some(({ method, token }) => method === 'GET' && token),
      reported: () => reports('complete').some(({ status }) => status === 200),
    },
    order(capability) {
      const { domainId, url: domainUrl } = domain;
      dms.order({ capability, domainId, domainUrl, inputs: [domain.cidOf(scan)] });
    },
    failure() {
      const [report] = reports('fail');
      return report && String(report.body.reason);
    },
    stop,
  };
};

export const practisePosemesh: StartPractice = Object.assign(practise, { rehearse });
