// What of the engine's images is sold, and by which names customers get it.
import { describe, expect, it } from 'vitest';
import { fullName } from '../../../../src-main/backends/containers/image-name.ts';
import { specHash } from '../../../../src-main/backends/workloads/box-plan.ts';
import { templatesWith } from '../../../../src-main/backends/workloads/templates.ts';
import type { BoxOffer } from '../../../../src-main/networks/boxes.ts';
import { boxOf, order } from '../../../../src-main/networks/paygress/catalog.ts';
import { podSpec } from '../../../../src-main/networks/paygress/leases/access.ts';
import {
  catalogOf,
  isAnythingHere,
  madeHere,
  readyTemplates,
  withheld,
} from '../../../../src-main/networks/paygress/offered.ts';
import { readRequest } from '../../../../src-main/networks/paygress/wire/request.ts';
import type { BoxEngineMake } from '../../../../src-preload/contract/boxes.ts';
import type { OwnImage } from '../../../../src-preload/contract/settings/boxes.ts';
import { OwnImage as OwnImageSchema } from '../../../../src-preload/contract/settings/boxes.ts';
import { SPEC } from '../../../support/paygress.ts';

const OWN: OwnImage = { name: 'shell', image: 'example/sshd', sshPort: 22, passwordVariable: 'ROOT_PASSWORD' };
const ENGINE: BoxOffer['engine'] = {
  id: 'podman',
  make: 'podman',
  host: null,
  isolation: 'shared-kernel',
  disk: 'quota',
  internet: true,
  encrypts: false,
  graphics: false,
};

function offered(own: readonly OwnImage[], here: readonly string[]): BoxOffer {
  const templates = templatesWith(own).map((template) => ({
    ...template,
    content: here.includes(template.slug) ? `sha256:${template.slug}` : null,
  }));
  return { missing: null, engine: ENGINE, internet: true, templates };
}

const catalog = (offer: BoxOffer) => catalogOf({ get: () => [] } as never, { offer: () => offer });

describe('an image of the owner’s own', () => {
  it.each(['example/sshd', 'docker.io/example/sshd', 'docker.io/example/sshd:latest'])('is sold as %s', (name) => {
    expect(catalog(offered([OWN], ['own-shell'])).image(name)).toMatchObject({
      name: 'docker.io/example/sshd:latest',
      image: 'sha256:own-shell',
      sshPort: 22,
      passwordEnv: { password: 'ROOT_PASSWORD' },
      healthPort: 22,
      readOnlyRoot: false,
    });
  });

  it.each(['example/sshd:2', 'other.example/example/sshd', 'sshd', '', 'own-shell'])('is not sold as %j', (name) => {
    expect(catalog(offered([OWN], ['own-shell'])).image(name)).toBeUndefined();
  });

  it('is not sold before it is pulled, and is no template by its slug', () => {
    expect(catalog(offered([OWN], [])).image('example/sshd')).toBeUndefined();
    expect(catalog(offered([OWN], ['own-shell'])).template('own-shell')).toBeUndefined();
  });

  it('is enough to sell something, and is not offered as a template', () => {
    const offer = offered([OWN], ['own-shell']);
    expect([isAnythingHere(offer), readyTemplates(offer)]).toEqual([true, []]);
    expect(isAnythingHere(offered([OWN], []))).toBe(false);
  });

  it('is another one where its name leads to another image', () => {
    const pinOf = (image: string) => templatesWith([{ ...OWN, image }]).at(-1)!.pin;
    expect(pinOf('example/sshd')).toBe(pinOf('docker.io/example/sshd:latest'));
    expect(pinOf('example/sshd')).not.toBe(pinOf('example/other'));
  });
});

describe('a template', () => {
  it('is asked for by its slug, and not by the name of its image', () => {
    const all = catalog(offered([], ['nostr-relay']));
    expect(all.template('nostr-relay')?.recipe).toMatchObject({ name: 'nostr-relay', image: 'sha256:nostr-relay' });
    expect(all.image('docker.io/dockurr/strfry:latest')).toBeUndefined();
  });
});

describe('the way out to the Internet', () => {
  const relay = {
    cashu_token: '',
    pod_image: '',
    ssh_username: 'root',
    ssh_password: '',
    template_slug: 'nostr-relay',
  };
  const spec = { ...SPEC, memoryMiB: 8192, diskMiB: 65_536 };
  const boxFor = (internet: boolean) => {
    const offer = { ...offered([], ['nostr-relay']), internet };
    const all = catalogOf({ get: () => [spec] } as never, { offer: () => offer });
    const wanted = order(all, relay, () => 'abcdEFGH1234');
    return boxOf('lease-1', wanted, [{ port: 31_000, boxPort: 7777 }]);
  };

  it.each([
    [true, 'internet'],
    [false, 'none'],
  ])('is as its owner has it when a machine is sold: %s', (internet, network) => {
    expect(boxFor(internet)).toMatchObject({ network, ports: [{ host: 31_000, box: 7777 }] });
  });

  it('makes another box, so that one that runs is never taken for it', () => {
    expect(specHash(boxFor(false))).not.toBe(specHash(boxFor(true)));
  });
});

describe('a graphics card', () => {
  const plain = { ...SPEC, memoryMiB: 8192, diskMiB: 65_536 };
  const card = { ...plain, id: 'card', gpuMiB: 6144 };
  const machine = { name: 'debian-12', from: '/debian.qcow2', sha256: '0'.repeat(64) };
  const offerOf = (graphics: boolean, make: BoxEngineMake = 'podman'): BoxOffer => ({
    missing: null,
    engine: { ...ENGINE!, make, graphics },
    internet: true,
    templates: templatesWith([], [machine]).map((template) => ({ ...template, content: `sha256:${template.slug}` })),
  });
  const bought = (offer: BoxOffer, more: object = {}) => {
    const all = catalogOf({ get: () => [plain, card] } as never, { offer: () => offer });
    const request = { cashu_token: '', pod_image: '', ssh_username: 'root', ssh_password: '', ...more };
    return boxOf(
      'lease-1',
      order(all, request, () => 'abcdEFGH1234'),
      [],
    );
  };
  const slug = { template_slug: 'nostr-relay' };

  it('is on offer where a box was seen to get it, and nowhere else', () => {
    const specs = [plain, card];
    expect(madeHere(specs, offerOf(true))).toEqual(specs);
    expect(withheld(specs, offerOf(true))).toEqual([]);
    for (const offer of [offerOf(false), { engine: null }]) {
      expect(madeHere(specs, offer)).toEqual([plain]);
      expect(withheld(specs, offer)).toMatchObject([{ id: 'card', reason: { code: 'paygress.no-card' } }]);
    }
    expect(() => bought(offerOf(false), { ...slug, pod_spec_id: 'card' })).toThrow('no such spec');
  });

  it('comes with the spec that was bought, whatever is to run in it', () => {
    expect(bought(offerOf(true), { ...slug, pod_spec_id: 'card' }).gpuMiB).toBe(6144);
    expect(bought(offerOf(true), slug)).not.toHaveProperty('gpuMiB');
  });

  it('comes by nothing that a customer says', () => {
    const asked = {
      gpuMiB: 1,
      gpu_mib: 1,
      gpu: true,
      devices: ['nvidia.com/gpu=all'],
      NVIDIA_VISIBLE_DEVICES: 'all',
      env: { NVIDIA_VISIBLE_DEVICES: 'all' },
      pod_spec: card,
    };
    const letter = { cashu_token: 'a', pod_image: 'b', ssh_username: 'root', ssh_password: 'c', ...slug, ...asked };
    const read = readRequest(JSON.stringify(letter));
    if (read?.what !== 'spawn') throw new Error('it was not read');
    const box = bought(offerOf(true), read.request);
    expect(box).toEqual(bought(offerOf(true), slug));
    expect(JSON.stringify(box)).not.toMatch(/gpu|nvidia/i);
    for (const id of ['basic,card', 'card\n', 'CARD', '../card'])
      expect(() => bought(offerOf(true), { ...slug, pod_spec_id: id })).toThrow('no such spec');
  });

  it('is no virtual machine’s, which is said before anybody pays', () => {
    const asked = { pod_image: 'debian-12', pod_spec_id: 'card' };
    expect(() => bought(offerOf(true), asked)).toThrow('A virtual machine gets no graphics card');
    expect(bought(offerOf(true), { ...asked, pod_spec_id: 'basic' })).not.toHaveProperty('gpuMiB');
  });

  it.each([
    ['One core', 6144, 'One core, with a graphics card, 6 GiB'],
    ['', 512, 'with a graphics card, 0.5 GiB'],
    ['One core', undefined, 'One core'],
  ])('is said in the description: %j, %j', (description, gpuMiB, said) => {
    const spec = podSpec({ ...plain, description, gpuMiB }, 1000);
    expect(spec.description).toBe(said);
    expect(Object.keys(spec)).toEqual(Object.keys(podSpec(plain, 1000)));
  });
});

describe('what can be set of an image', () => {
  it.each<[string, object, string | undefined]>([
    ['with an SSH server', OWN, undefined],
    ['with a port', { name: 'web', image: 'nginx', ports: [80] }, undefined],
    ['with no way in', { name: 'web', image: 'nginx' }, 'nobody could reach'],
    ['with an SSH server and no password', { ...OWN, passwordVariable: undefined }, 'variable that takes the password'],
    ['with a port twice', { ...OWN, ports: [22] }, 'once'],
    ['with an image that is an option', { ...OWN, image: '--privileged' }, 'expected an image'],
    ['with a variable that is none', { ...OWN, passwordVariable: 'A=B' }, 'variable'],
    ['with a name that leads elsewhere', { ...OWN, name: '../x' }, 'small letters'],
  ])('%s', (_, value, fault) => {
    const read = OwnImageSchema.safeParse(value);
    if (fault === undefined) expect(read.error).toBeUndefined();
    else expect(read.error?.message).toContain(fault);
  });
});

describe('the whole name of an image', () => {
  it.each([
    ['debian', 'docker.io/library/debian:latest'],
    ['debian:12', 'docker.io/library/debian:12'],
    ['docker.io/debian:12', 'docker.io/library/debian:12'],
    ['example/sshd', 'docker.io/example/sshd:latest'],
    ['ghcr.io/a/b/c:1', 'ghcr.io/a/b/c:1'],
    ['localhost/own', 'localhost/own:latest'],
    ['registry.example:5000/own', 'registry.example:5000/own:latest'],
    ['debian@sha256:00', 'docker.io/library/debian@sha256:00'],
  ])('of %s is %s', (short, whole) => {
    expect(fullName(short)).toBe(whole);
  });
});
