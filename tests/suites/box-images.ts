// Images of templates at a real engine, pulled from a little registry, pinned, kept within their budget and removed.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BoxImages } from '../../src-main/backends/workloads/box-images.ts';
import { TEMPLATES, type Template } from '../../src-main/backends/workloads/templates.ts';
import { toolboxImage } from '../../src-main/backends/workloads/toolbox.ts';
import { runner } from '../../src-main/base/run.ts';
import { imageTar } from '../support/engine-image.ts';
import { type Registry, startRegistry } from '../support/registry.ts';

const signal = new AbortController().signal;

export interface BoxImagesSuite {
  /** Why it can't be tried here. */
  readonly reason: string | undefined;
  docker(): Docker;
}

/** On an engine that takes images from a registry of this computer without TLS. */
export function boxImagesSuite({ reason, docker }: BoxImagesSuite): void {
  describe.skipIf(reason !== undefined)('images of templates', { timeout: 60_000 }, () => {
    let folder = '';
    let registry: Registry;
    let templates: readonly Template[] = [];
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'hearth-registry-'));
      registry = await startRegistry(imageTar(folder));
      templates = [{ ...TEMPLATES[0]!, slug: 'relay', image: `${registry.host}/own/relay:latest` }];
    });
    afterAll(async () => {
      await registry.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const images = (more: object = {}) => new BoxImages(docker(), { templates: () => templates, ...more });

    it('are not here until they are pulled, and pinned from then on', async () => {
      expect(await images().list(signal)).toEqual([{ slug: 'relay', image: templates[0]!.image, pinned: null }]);
      const seen: number[] = [];
      const first = await images().pull('relay', ({ doneBytes }) => seen.push(doneBytes), signal);
      expect(first).toMatchObject({ digest: expect.stringMatching(/own\/relay@sha256:/), bytes: expect.any(Number) });
      expect(seen.length).toBeGreaterThan(0);
      registry.change('second');
      expect((await images().list(signal))[0]!.pinned).toEqual(first);
      const second = await images().pull('relay', () => {}, signal);
      expect(second.id).not.toBe(first.id);
      // What it was before is not kept.
      await expect(docker().getImage(first.id).inspect()).rejects.toMatchObject({ statusCode: 404 });
    });

    it('are refused beyond the budget, and what was pinned before stays', async () => {
      registry.change('third');
      const before = (await images().list(signal))[0]!.pinned;
      const tight = images({ budget: 1000 }).pull('relay', () => {}, signal);
      await expect(tight).rejects.toMatchObject({ code: 'workloads.image-budget' });
      expect((await images().list(signal))[0]!.pinned).toEqual(before);
    });

    it('are given up where their owner changes their mind', async () => {
      const leave = new AbortController();
      leave.abort(new Error('no longer'));
      await expect(images().pull('relay', () => {}, leave.signal)).rejects.toThrow('no longer');
      await expect(images().pull('other', () => {}, signal)).rejects.toMatchObject({
        code: 'workloads.unknown-template',
      });
    });

    it('that were pinned for a template which there is no more are let go with the next pull', async () => {
      const { id } = (await images().list(signal))[0]!.pinned!;
      await docker().getImage(id).tag({ repo: 'localhost/hearth-template-gone' });
      await images().pull('relay', () => {}, signal);
      const gone = docker().getImage('localhost/hearth-template-gone').inspect();
      await expect(gone).rejects.toMatchObject({ statusCode: 404 });
      expect((await images().list(signal))[0]!.pinned).not.toBeNull();
    });

    it('of tools are made anew when this computer’s programs have changed, and the earlier one goes', async () => {
      const made = () =>
        toolboxImage({ run: runner(process.env), folders: [bin, '/usr/sbin', '/usr/bin'] }, docker(), signal);
      const bin = join(folder, 'bin');
      const first = await made();
      expect(await made()).toBe(first);
      mkdirSync(bin);
      copyFileSync('/usr/bin/sleep', join(bin, 'sleep'));
      const second = await made();
      expect(second).not.toBe(first);
      await expect(docker().getImage(first).inspect()).rejects.toMatchObject({ statusCode: 404 });
      const none = toolboxImage({ run: runner(process.env), folders: [bin] }, docker(), signal);
      await expect(none).rejects.toMatchObject({ code: 'workloads.filter-missing', details: { program: 'bash' } });
    });

    it('are removed', async () => {
      await images().pull('relay', () => {}, signal);
      for (const _ of [1, 2]) await images().remove('relay', signal);
      expect((await images().list(signal))[0]!.pinned).toBeNull();
    });

    it('all go with the node, toolbox and all, unless another node of Hearth has boxes there', async () => {
      const mine = images({ installation: 'mine' });
      await mine.pull('relay', () => {}, signal);
      await toolboxImage({ run: runner(process.env) }, docker(), signal);
      const names = async () => (await docker().listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
      const before = await names();
      const box = await docker().createContainer({
        Image: templates[0]!.image,
        Labels: { 'hearth.installation': 'another', 'hearth.box': 'lease-1' },
      });
      expect([await mine.removeAll(signal), await names()]).toEqual([[], before]);
      await box.remove();
      // A container of somebody else's keeps its image.
      const theirs = await docker().createContainer({ Image: templates[0]!.image });
      expect(await mine.removeAll(signal)).toEqual([expect.any(String)]);
      await theirs.remove();
      await mine.pull('relay', () => {}, signal);
      expect(await mine.removeAll(signal)).toEqual([]);
      const hearths = before.filter((name) => /hearth-(?:template|toolbox|machine)-|own\/relay/.test(name));
      expect([hearths.length > 2, await names()]).toEqual([true, before.filter((name) => !hearths.includes(name))]);
    });
  });
}
