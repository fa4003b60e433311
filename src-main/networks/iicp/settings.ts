// What the user has set, in the shapes in which IICP's parts ask for it.

import type { SettingPath, SettingValue } from '../../../src-preload/contract/settings/index.ts';
import type { OperatorChoice } from './identity/operator.ts';
import type { Pricing } from './pricing/pricing.ts';
import type { RelaySettings } from './relay/index.ts';
import type { CooperationPolicy } from './tasks/cooperation.ts';

export interface ReadSettings {
  get<P extends SettingPath>(path: P): SettingValue<P>;
}

export function pricingIn(settings: ReadSettings): Pricing {
  return {
    multiplier: settings.get('pricing.iicp.multiplier'),
    model: settings.get('pricing.iicp.model'),
    models: settings.get('pricing.iicp.models'),
    sign: settings.get('pricing.iicp.sign'),
    from: settings.get('pricing.iicp.from'),
    until: settings.get('pricing.iicp.until'),
  };
}

export function cooperationIn(settings: ReadSettings): CooperationPolicy {
  return {
    enabled: settings.get('networks.iicp.cooperation'),
    worker: settings.get('networks.iicp.cooperationWorker'),
    atOnce: settings.get('networks.iicp.cooperationAtOnce'),
    mostMs: settings.get('networks.iicp.cooperationSeconds') * 1000,
  };
}

/** Undefined: whose node this is stays private. */
export function operatorIn(settings: ReadSettings): OperatorChoice | undefined {
  if (!settings.get('networks.iicp.operator')) return undefined;
  return operatorChoiceIn(settings);
}

/** The key of the operator of this node, whether it is published or not. */
export function operatorChoiceIn(settings: ReadSettings): OperatorChoice {
  return { seed: settings.get('networks.iicp.operatorSeed'), since: settings.get('networks.iicp.operatorSince') };
}

export function relayingIn(settings: ReadSettings): RelaySettings {
  return {
    use: settings.get('networks.iicp.relayUse'),
    serve: settings.get('networks.iicp.relayServe'),
    port: settings.get('networks.iicp.relayPort'),
    bind: settings.get('networks.iicp.bind'),
    tickets: settings.get('networks.iicp.relayTickets'),
  };
}

/** The largest body of a task. */
export function mostBytesIn(settings: ReadSettings): number {
  return settings.get('networks.iicp.maxBodyMiB') * 1024 * 1024;
}

/** Only this computer can come to where the task server listens. */
export function listensForItself(settings: ReadSettings): boolean {
  return ['localhost', '127.0.0.1', '::1'].includes(settings.get('networks.iicp.bind'));
}

/** How official nodes are set to another number of requests, in a text: a whole number, 0 for no limit. Undefined: it says nothing. */
export function originLimitIn(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  return Number(text) || Number.POSITIVE_INFINITY;
}
