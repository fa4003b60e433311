// What this node says of itself at this moment: to a directory, to those that ask after its health, and to callers of native
// framing. Put together from settings, what is offered and the endpoint; the wire's own form is made in `descriptor` and `health`.

import type { Pinhole } from '../../../reachability/inbound.ts';
import type { NetworkHost } from '../../host.ts';
import type { Identity } from '../identity/identity.ts';
import type { Operator } from '../identity/operator.ts';
import { capabilities } from '../intents.ts';
import { type Declared, declaredOf } from '../pricing/pricing.ts';
import { cooperationIn, pricingIn } from '../settings.ts';
import { policyBlock } from '../tasks/cooperation.ts';
import type { NodeDescriptor, Pulse } from './descriptor.ts';
import type { Endpoint } from './endpoint.ts';
import { healthBody } from './health.ts';

export interface ProfileDeps extends Pick<NetworkHost, 'clock' | 'settings' | 'models' | 'availability' | 'slots'> {
  readonly identity: Pick<Identity, 'nodeId' | 'cxKey'>;
  readonly endpoint: Pick<Endpoint, 'url' | 'missing' | 'relayPort' | 'reach'>;
  /** Undefined: whose node this is stays private. */
  readonly operator: () => Operator | undefined;
  readonly pinhole: () => Pinhole | null;
  /** The models that the directory knows of; undefined: none keeps this node. */
  readonly accepted: () => readonly string[] | undefined;
}

export class Profile {
  readonly #deps: ProfileDeps;
  readonly #options: { readonly version: string; readonly native: boolean };

  constructor(deps: ProfileDeps, options: { readonly version: string; readonly native: boolean }) {
    this.#deps = deps;
    this.#options = options;
  }

  /** What would be registered now; `nothing` without an address, `wait` while it is not known yet. */
  descriptor(): NodeDescriptor | 'nothing' | 'wait' {
    const { clock, identity, endpoint, operator, settings, models, availability } = this.#deps;
    if (endpoint.missing) return 'nothing';
    // A moment later there are models to tell of, most likely.
    if (models.checking()) return 'wait';
    const { nodeId, cxKey } = identity;
    return {
      ...this.#options,
      nodeId,
      cxPublicKey: cxKey.publicKey,
      endpoint: endpoint.url,
      relayPort: endpoint.relayPort,
      reach: endpoint.reach(),
      region: settings.get('node.region'),
      models: models.offered(),
      defaultIntent: settings.get('networks.iicp.defaultIntent'),
      maxTokens: settings.get('capacity.maxTokens'),
      maxConcurrent: settings.get('capacity.maxConcurrent'),
      tokensPerMinute: settings.get('capacity.tokensPerMinute'),
      windows: availability.windows(),
      backends: models.kinds(),
      operatorHmacKey: settings.get('networks.iicp.operatorHmacKey'),
      operator: operator()?.block(nodeId, settings.get('networks.iicp.operatorName'), clock.now()),
      policy: policyBlock(cooperationIn(settings)),
      price: this.#declared(),
    };
  }

  /** What each heartbeat tells. */
  pulse(): Pulse {
    const { availability, settings, slots, models } = this.#deps;
    const { accepting, slots: effective } = availability.answer();
    return {
      accepting,
      effective,
      active: slots.active,
      maxConcurrent: settings.get('capacity.maxConcurrent'),
      models: this.#offered(),
      stability: models.stability(),
      price: this.#declared(),
    };
  }

  /**
   * The body of GET /iicp/health. Others read there what the directory knows: another list of models is shown once it was taken
   * there (IICP 1.3), but that there is nothing to serve, at once.
   */
  health(): Readonly<Record<string, unknown>> {
    const { settings, identity, pinhole, accepted } = this.#deps;
    const pulse = this.pulse();
    return healthBody({
      ...pulse,
      models: pulse.models.length === 0 ? [] : (accepted() ?? pulse.models),
      nodeId: identity.nodeId,
      region: settings.get('node.region'),
      intent: settings.get('networks.iicp.defaultIntent'),
      pinhole: pinhole(),
    });
  }

  /** Who can do an intent, for a caller of native framing: this node or none, for of others it knows nothing. */
  discover(intent: string): readonly Readonly<Record<string, unknown>>[] {
    const descriptor = this.descriptor();
    if (typeof descriptor === 'string') return [];
    const { nodeId, endpoint, region, defaultIntent, maxTokens } = descriptor;
    const offered = capabilities(descriptor.models, defaultIntent, maxTokens).filter((each) => each.intent === intent);
    if (offered.length === 0) return [];
    const models = [...new Set(offered.flatMap((capability) => capability.models))];
    return [{ node_id: nodeId, endpoint, region, models }];
  }

  #declared(): Declared | undefined {
    return declaredOf(pricingIn(this.#deps.settings), this.#offered());
  }

  #offered(): readonly string[] {
    return this.#deps.models.offered().map(({ id }) => id);
  }
}
