import { useState } from 'react';
import { useStore } from 'zustand/react';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { useText } from '../../i18n/use-text.ts';
import { saveSetting } from '../../settings.ts';
import { settingsStore } from '../../stores/settings.ts';

const PATH = 'networks.posemesh.regSecret';

/** What the console of the network gives for each node: kept sealed, and never shown again. */
export function RegistrationSecret() {
  const { t } = useText();
  const isSet = useStore(settingsStore, ({ live }) => live?.value.find(({ path }) => path === PATH)?.isSet ?? false);
  const [typed, setTyped] = useState('');
  const [busy, save] = useBusy(async (value: string) => {
    if (await saveSetting(PATH, value)) setTyped('');
  });
  return (
    <Field
      label={t('networks.posemesh.set.secret')}
      help={t(isSet ? 'networks.posemesh.set.secretSet' : 'networks.posemesh.set.secretUnset')}
    >
      {(control) => (
        <div className="flex flex-wrap gap-2">
          <div className="min-w-40 flex-1">
            <Input
              {...control}
              type="password"
              most={4096}
              value={typed}
              onChange={setTyped}
              onEnter={() => typed.trim() !== '' && save(typed.trim())}
            />
          </div>
          {typed.trim() !== '' && (
            <Button busy={busy} onClick={() => save(typed.trim())}>
              {t('networks.posemesh.set.secretSave')}
            </Button>
          )}
        </div>
      )}
    </Field>
  );
}
