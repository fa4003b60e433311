import { useState } from 'react';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, useSetting } from '../../settings.ts';
import { EMPTY, type Entry, MEMBERS, type Member, read } from './machine-image.ts';

const LONGEST: Readonly<Record<Member, number>> = { name: 48, from: 1024, sha256: 64, memoryMiB: 7, diskMiB: 5 };

/** Lets customers rent virtual machines that begin with a disk image of the user's choice. */
export function MachineForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText();
  const allowed = useSetting('backends.machines') ?? [];
  const [entry, setEntry] = useState<Entry>(EMPTY);
  const [asked, setAsked] = useState(false);
  const reading = () =>
    read(
      entry,
      allowed.map(({ name }) => name),
    );
  const { wrong } = asked ? reading() : { wrong: new Set<string>() };
  const [saving, save] = useBusy(async () => {
    setAsked(true);
    const { machine } = reading();
    if (machine && (await changeSetting('backends.machines', (list) => [...list, machine]))) onClose();
  });
  const faultOf = (member: Member) => {
    if (member === 'name' && wrong.has('taken')) return t('boxes.machine.bad.taken');
    return wrong.has(member) ? t(`boxes.machine.bad.${member}`) : undefined;
  };
  return (
    <Dialog
      title={t('boxes.machine.title')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('frame.cancel')}</Button>
          <Button look="main" busy={saving} onClick={() => save()}>
            {t('boxes.own.allow')}
          </Button>
        </>
      }
    >
      <p className="max-w-prose text-soft">{t('boxes.machine.means')}</p>
      {MEMBERS.map((member) => (
        <Field
          key={member}
          label={t(`boxes.machine.label.${member}`)}
          help={t(`boxes.machine.help.${member}`)}
          error={faultOf(member)}
        >
          {(control) => (
            <Input
              {...control}
              most={LONGEST[member]}
              value={entry[member]}
              onChange={(value) => setEntry((before) => ({ ...before, [member]: value }))}
            />
          )}
        </Field>
      ))}
    </Dialog>
  );
}
