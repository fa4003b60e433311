import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { availabilitySettings } from '../../../src-preload/contract/settings/availability.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import type { Translate } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';

const MOST = 64;
const LONGEST = 64;

export interface AppNamesProps {
  readonly names: readonly string[];
  readonly onAdd: (name: string) => void;
  readonly onRemove: (name: string) => void;
}

/** Programs that stop sharing while they run. */
export function AppNames({ names, onAdd, onRemove }: AppNamesProps) {
  const { t } = useText();
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState(false);
  const name = typed.trim();
  const problem = asked ? problemOf(name, names, t) : undefined;
  const add = () => {
    if (name === '') return;
    setAsked(true);
    if (problemOf(name, names, t) !== undefined) return;
    onAdd(name);
    setTyped('');
    setAsked(false);
  };
  return (
    <div className="max-w-md space-y-2">
      {names.length > 0 && (
        <ul aria-label={t('availability.limit.names')} className="flex flex-wrap gap-1.5">
          {names.map((one) => (
            <li key={one} className="flex max-w-full items-center rounded-md border border-line ps-2.5">
              <Text value={one} most={LONGEST} />
              <IconButton
                label={t('availability.limit.removeName', { name: quoted(one, LONGEST) })}
                icon={X}
                onClick={() => onRemove(one)}
              />
            </li>
          ))}
        </ul>
      )}
      <Field label={t('availability.limit.addName')} help={t('availability.limit.addNameHelp')} error={problem}>
        {(control) => (
          <div className="flex gap-2 [&>button]:shrink-0">
            <Input
              {...control}
              value={typed}
              most={LONGEST}
              onChange={(value) => {
                setTyped(value);
                setAsked(false);
              }}
              onEnter={add}
            />
            <Button icon={Plus} onClick={add}>
              {t('availability.limit.add')}
            </Button>
          </div>
        )}
      </Field>
    </div>
  );
}

const { schema } = availabilitySettings['availability.apps'];

function problemOf(name: string, names: readonly string[], t: Translate): string | undefined {
  if (names.some((one) => one.toLowerCase() === name.toLowerCase())) return t('availability.limit.sameName');
  if (names.length >= MOST) return t('availability.limit.most', { count: MOST });
  return schema.safeParse({ on: true, names: [name] }).success ? undefined : t('availability.limit.badName');
}
