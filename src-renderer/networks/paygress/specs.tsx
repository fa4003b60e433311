import { useState } from 'react';
import type { PaygressSpec } from '../../../src-preload/contract/networks/paygress-settings.ts';
import { Button } from '../../components/button.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Typed } from '../../parts/setting-fields.tsx';
import { changeSetting, useSetting } from '../../settings.ts';
import { aDay, microOf } from './sats.ts';

const PATH = 'networks.paygress.specs';
/** A quarter of a small computer, at about what others ask. */
const FIRST = { cpuMillicores: 1000, memoryMiB: 1024, diskMiB: 5120, rateMsat: 50 };

/** The machines on offer, a card each. */
export function Specs() {
  const { t } = useText();
  const specs = useSetting(PATH) ?? [];
  const [busy, setBusy] = useState(false);
  const add = () => {
    setBusy(true);
    void changeSetting(PATH, (all) => [...all, newSpec(all, t('networks.paygress.spec.first'))]).finally(() =>
      setBusy(false),
    );
  };
  return (
    <section aria-label={t('networks.paygress.spec.title')} className="space-y-3">
      <h3 className="font-semibold">{t('networks.paygress.spec.title')}</h3>
      <ul className="grid items-start gap-3 sm:grid-cols-2">
        {specs.map((spec) => (
          <li key={spec.id} className="space-y-2 rounded-md border border-line px-3 py-2.5">
            <Spec spec={spec} />
          </li>
        ))}
      </ul>
      <Button busy={busy} onClick={add}>
        {t('networks.paygress.spec.add')}
      </Button>
    </section>
  );
}

function Spec({ spec }: { spec: PaygressSpec }) {
  const { t, f } = useText();
  const change = (more: Partial<PaygressSpec>) =>
    changeSetting(PATH, (all) => all.map((one) => (one.id === spec.id ? { ...one, ...more } : one)));
  const number = (name: 'cpuMillicores' | 'memoryMiB' | 'diskMiB' | 'rateMsat', least: number, most: number) => (
    <NumberField
      label={t(`networks.paygress.spec.${name}`)}
      value={spec[name]}
      least={least}
      most={most}
      onSave={(value) => void change({ [name]: value })}
    />
  );
  return (
    <>
      <Typed
        label={t('networks.paygress.spec.name')}
        held={spec.name}
        onSave={(name) => change({ name: name.trim() })}
      />
      {number('cpuMillicores', 100, 256_000)}
      {number('memoryMiB', 64, 1_048_576)}
      {number('diskMiB', 64, 104_857_600)}
      {number('rateMsat', 1, 1_000_000_000)}
      <p className="text-soft">{t('networks.paygress.spec.aDay', { sats: f.micro(microOf(aDay(spec.rateMsat))) })}</p>
      <Button onClick={() => void changeSetting(PATH, (all) => all.filter(({ id }) => id !== spec.id))}>
        {t('networks.paygress.spec.remove')}
      </Button>
    </>
  );
}

function newSpec(all: readonly PaygressSpec[], name: string): PaygressSpec {
  const taken = new Set(all.map(({ id }) => id));
  let number = all.length + 1;
  while (taken.has(`spec-${number}`)) number += 1;
  return { id: all.length === 0 ? 'basic' : `spec-${number}`, name, description: '', ...FIRST };
}
