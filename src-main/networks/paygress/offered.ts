// What can be sold here now, of the user's settings and of what the engine of this computer can make.

import type { BoxEngineMake } from '../../../src-preload/contract/boxes.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import { fullName } from '../../backends/containers/image-name.ts';
import type { BoxChoice, BoxOffer, OfferedTemplate } from '../boxes.ts';
import type { HostSettings } from '../host.ts';
import type { Catalog, OfferedSpec, Recipe } from './catalog.ts';
import { NO_ADDRESS, NO_CARD, NO_ROUTER_PORT, ROUTER_ASKED } from './causes.ts';
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

type Machines = readonly OfferedSpec[];

/** What of the machines that the user has set can be made here: one with a graphics card only where a box was seen to get it. */
export function madeHere(specs: Machines, { engine }: Pick<BoxOffer, 'engine'>): Machines {
  return engine?.graphics ? specs : specs.filter(({ gpuMiB }) => gpuMiB === undefined);
}

/** All others, with the reason. */
export function withheld(
  specs: Machines,
  offer: Pick<BoxOffer, 'engine'>,
): { readonly id: string; readonly reason: Reason }[] {
  const made = madeHere(specs, offer);
  return specs.filter((spec) => !made.includes(spec)).map(({ id }) => ({ id, reason: NO_CARD }));
}

/** Templates that let in only who knows a name and a password, by the variables in which they take them. */
const PASSWORDS: Readonly<Record<string, Recipe['passwordEnv']>> = {
  'agent-sandbox': { user: 'EXEC_USER', password: 'EXEC_PASS' },
};

export function catalogOf(settings: Pick<HostSettings, 'get'>, boxes: Pick<BoxChoice, 'offer'>): Catalog {
  return {
    specs: () => madeHere(settings.get('networks.paygress.specs'), boxes.offer()),
    template(slug) {
      const offer = boxes.offer();
      const template = offer.templates.find((one) => !one.own && one.slug === slug);
      return template && { recipe: recipeOf(template, offer) };
    },
    encrypts: () => boxes.offer().engine?.encrypts ?? false,
    internet: () => boxes.offer().internet,
    // Nothing that a customer names is pulled, and nobody can get into an image without a server of its own: only those that the owner has chosen.
    image(name) {
      const offer = boxes.offer();
      const wanted = fullName(name);
      const chosen = offer.templates.find((one) => one.own && one.image === (one.machine ? name : wanted));
      return chosen && recipeOf(chosen, offer);
    },
  };
}

/** Whether there is anything here that a machine could be made of. */
export function isAnythingHere({ templates }: BoxOffer): boolean {
  return templates.some(({ content }) => content !== null);
}

/** Slugs of the templates that a machine could be made of; images of the owner's own are asked for by their names. */
export function readyTemplates({ templates }: BoxOffer): readonly string[] {
  return templates.filter(({ content, own }) => content !== null && !own).map(({ slug }) => slug);
}

function recipeOf(template: OfferedTemplate, { engine, missing }: BoxOffer): Recipe | undefined {
  const { slug, image, content, env, ports, dataPath, healthPort, minimum, openFiles, own, machine } = template;
  if (content === null || engine === null || missing !== null) return undefined;
  const passwordEnv = own?.passwordVariable === undefined ? PASSWORDS[slug] : { password: own.passwordVariable };
  return {
    name: own ? image : slug,
    image: content,
    env,
    ...(passwordEnv && { passwordEnv }),
    ...(own?.sshPort !== undefined && { sshPort: own.sshPort }),
    ports: ports.map(({ port, label }) => ({ port, label })),
    dataPath,
    healthPort,
    minimum,
    ...(openFiles !== undefined && { openFiles }),
    ...(machine && { machine: true }),
    ...(machine && QEMU.has(engine.make) && { withoutCards: true }),
    readOnlyRoot: engine.disk !== 'quota',
  };
}

/** What makes whole machines by it, which get no graphics card. */
const QEMU: ReadonlySet<BoxEngineMake> = new Set(['podman', 'docker']);
