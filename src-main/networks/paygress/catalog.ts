// What is sold: machines by their size, and what may run in them. What a customer asks for is looked up here, word by word; nothing of it
// becomes the name of an image that the engine has not been given by the owner of this computer.

import type { BoxPort, BoxSpec } from '../../backends/workloads/backend.ts';
import type { Spec } from './leases/store.ts';
import { Refusal } from './refusal.ts';
import type { SpawnRequest } from './wire/request.ts';
import { type VolumeEncryption, volumeKey } from './wire/workload.ts';

export interface OfferedSpec extends Spec {
  readonly rateMsat: number;
}

/** What may run in a machine. */
export interface Recipe {
  /** As its customer names it: a template's slug, or an image. */
  readonly name: string;
  /** What the engine calls its content. */
  readonly image: string;
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Its environment takes the name and the password of its customer by these names. */
  readonly passwordEnv?: { readonly user?: string; readonly password: string };
  /** A whole machine, whose root its customer is. */
  readonly machine?: true;
  /** It gets no graphics card, whatever machine it is to run in. */
  readonly withoutCards?: true;
  /** Where it speaks SSH; undefined: nowhere. */
  readonly sshPort?: number;
  readonly ports: readonly { readonly port: number; readonly label: string }[];
  readonly dataPath: string | null;
  /** It listens there when it is ready; undefined: it is ready when it runs. */
  readonly healthPort?: number;
  readonly minimum: { readonly cpuMillicores: number; readonly memoryMiB: number; readonly diskMiB: number };
  readonly openFiles?: number;
  readonly readOnlyRoot: boolean;
}

export interface Catalog {
  /** In the order of the offer. */
  specs(): readonly OfferedSpec[];
  /** All templates by their slugs; undefined: there is none of that name. `ready`: it is on this computer. */
  template(slug: string): { readonly recipe: Recipe | undefined } | undefined;
  /** Whether what lasts of a machine may be encrypted with its customer's key. */
  encrypts(): boolean;
  /** Whether what is sold from now on may connect to the Internet. */
  internet(): boolean;
  /** An image that its owner lets anybody run. */
  image(name: string): Recipe | undefined;
}

/** A machine as it was asked for, before it has a place. */
export interface Order {
  readonly spec: OfferedSpec;
  readonly recipe: Recipe;
  readonly password: string;
  readonly network: BoxSpec['network'];
  /** By which what lasts of it is encrypted; undefined: it is not. It is kept nowhere. */
  readonly volumeKey?: Uint8Array | undefined;
}

/** Enough for a server with its workers; a fork bomb ends there. */
const PIDS = 512;
const PASSWORD = /^[a-zA-Z0-9]{12,64}$/;

/** Throws Refusal. `newPassword`: where its customer has chosen none that can be used. */
export function order(catalog: Catalog, request: SpawnRequest, newPassword: () => string): Order {
  const specs = catalog.specs();
  const [first] = specs;
  if (!first) throw new Refusal('no_specs', 'This provider has nothing on offer now.');
  const spec = request.pod_spec_id === undefined ? first : specs.find(({ id }) => id === request.pod_spec_id);
  if (!spec) throw new Refusal('invalid_spec', 'This provider has no such spec. Its offer lists those that there are.');
  const recipe = recipeOf(catalog, request);
  // Where nothing lasts there is nothing to encrypt.
  const encryption = recipe.dataPath === null ? undefined : request.volume_encryption;
  const key = encryption && encryptedBy(catalog, encryption);
  const { minimum } = recipe;
  if (
    spec.cpuMillicores < minimum.cpuMillicores ||
    spec.memoryMiB < minimum.memoryMiB ||
    spec.diskMiB < minimum.diskMiB
  ) {
    throw new Refusal(
      'invalid_spec',
      `This template needs at least ${minimum.cpuMillicores} millicores, ${minimum.memoryMiB} MiB of memory and ${minimum.diskMiB} MiB of disk.`,
    );
  }
  if (spec.gpuMiB !== undefined && recipe.withoutCards) {
    throw new Refusal(
      'invalid_spec',
      'A virtual machine gets no graphics card here. Ask for it with another spec, or for a container.',
    );
  }
  const password = PASSWORD.test(request.ssh_password) ? request.ssh_password : newPassword();
  return { spec, recipe, password, network: catalog.internet() ? 'internet' : 'none', volumeKey: key };
}

function encryptedBy(catalog: Catalog, encryption: VolumeEncryption): Uint8Array {
  if (!catalog.encrypts()) {
    throw new Refusal(
      'invalid_volume_encryption',
      'This provider can’t encrypt volumes. Ask again without volume encryption.',
    );
  }
  const key = volumeKey(encryption);
  if (key) return key;
  throw new Refusal(
    'invalid_volume_encryption',
    'A volume is encrypted by version 1 of luks2-aes-xts, with a key of 32 bytes in base64url without padding.',
  );
}

function recipeOf(catalog: Catalog, { template_slug: slug, pod_image: image }: SpawnRequest): Recipe {
  if (slug === undefined) {
    const recipe = catalog.image(image);
    if (!recipe) {
      throw new Refusal(
        'invalid_image',
        'This provider does not run that image. Ask for one of its templates instead.',
      );
    }
    return recipe;
  }
  const template = catalog.template(slug);
  if (!template) throw new Refusal('unknown_template', 'There is no such template.');
  if (!template.recipe) throw new Refusal('template_unsupported', 'This provider does not run that template.');
  return template.recipe;
}

/** The ports that it needs on this computer, SSH first. */
export function portsOf({ sshPort, ports }: Recipe): readonly { readonly port: number; readonly label: string }[] {
  return [...(sshPort === undefined ? [] : [{ port: sshPort, label: SSH }]), ...ports];
}

export const SSH = 'ssh';

export function boxOf(
  id: string,
  { spec, recipe, password, network, volumeKey: key }: Order,
  ports: readonly { readonly port: number; readonly boxPort: number }[],
): BoxSpec {
  const { image, command, env, passwordEnv, machine, dataPath, openFiles, readOnlyRoot } = recipe;
  return {
    id,
    image,
    ...(machine && { login: { password } }),
    ...(command && { command }),
    env: {
      ...env,
      ...(passwordEnv?.user !== undefined && { [passwordEnv.user]: 'root' }),
      ...(passwordEnv && { [passwordEnv.password]: password }),
    },
    cpuMillicores: spec.cpuMillicores,
    memoryMiB: spec.memoryMiB,
    diskMiB: spec.diskMiB,
    pids: PIDS,
    ports: ports.map(({ port, boxPort }): BoxPort => ({ host: port, box: boxPort, protocol: 'tcp' })),
    network,
    dataPath,
    ...(key && { encrypted: true }),
    // By what was sold alone: nothing that a customer says comes here.
    ...(spec.gpuMiB !== undefined && { gpuMiB: spec.gpuMiB }),
    ...(openFiles !== undefined && { openFiles }),
    readOnlyRoot,
  };
}
