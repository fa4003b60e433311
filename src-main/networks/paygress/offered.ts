// What can be sold here now, of the user's settings and of what the engine of this computer can make.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { BoxChoice, BoxOffer, OfferedTemplate } from '../boxes.ts';
import type { HostSettings } from '../host.ts';
import type { Catalog, OfferedSpec, Recipe } from './catalog.ts';
import { NO_ADDRESS, NO_ROUTER_PORT, ROUTER_ASKED } from './causes.ts';
import type { OutsidePorts } from './leases/outside.ts';

/** Why no customer could reach what runs here; empty: they could. `address`: as the user has set it, or empty. */
export function unreached(
  { wanted, sample }: Pick<OutsidePorts, 'wanted' | 'sample'>,
  address: string,
): readonly Reason[] {
  if (!wanted) return address === '' ? [NO_ADDRESS] : [];
  // A machine is sold only once the router has opened its own ports, so that a name will do for as long as it has said nothing.
  if (sample === undefined) return address === '' ? [ROUTER_ASKED] : [];
  return sample === null ? [NO_ROUTER_PORT] : [];
}

/** Templates that let in only who knows a name and a password, by the variables in which they take them. */
const PASSWORDS: Readonly<Record<string, Recipe['passwordEnv']>> = {
  'agent-sandbox': { user: 'EXEC_USER', password: 'EXEC_PASS' },
};

export function catalogOf(settings: Pick<HostSettings, 'get'>, boxes: Pick<BoxChoice, 'offer'>): Catalog {
  return {
    specs: () => settings.get('networks.paygress.specs') satisfies readonly OfferedSpec[],
    template(slug) {
      const offer = boxes.offer();
      const template = offer.templates.find((one) => one.slug === slug);
      return template && { recipe: recipeOf(template, offer) };
    },
    // Nobody can get into an image of anybody's that has no way in of its own: only templates are sold.
    image: () => undefined,
  };
}

/** Slugs of those that a machine could be made of. */
export function readyTemplates({ templates }: BoxOffer): readonly string[] {
  return templates.filter(({ content }) => content !== null).map(({ slug }) => slug);
}

function recipeOf(template: OfferedTemplate, { engine, missing }: BoxOffer): Recipe | undefined {
  const { slug, content, env, ports, dataPath, healthPort, minimum, openFiles } = template;
  if (content === null || engine === null || missing !== null) return undefined;
  const passwordEnv = PASSWORDS[slug];
  return {
    name: slug,
    image: content,
    env,
    ...(passwordEnv && { passwordEnv }),
    ports: ports.map(({ port, label }) => ({ port, label })),
    dataPath,
    healthPort,
    minimum,
    ...(openFiles !== undefined && { openFiles }),
    readOnlyRoot: engine.disk === 'memory',
  };
}
