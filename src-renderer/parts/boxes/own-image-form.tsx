import { useState } from 'react';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, useSetting } from '../../settings.ts';
import { EMPTY, type Entry, type Member, read } from './own-image.ts';

const LONGEST: Readonly<Record<Member, number>> = {
  name: 32,
  image: 255,
  sshPort: 5,
  passwordVariable: 64,
  ports: 64,
};
const MEMBERS = ['image', 'name', 'sshPort', 'passwordVariable', 'ports'] as const satisfies readonly Member[];

/** Lets customers rent boxes of an image of the user's own. */
export function OwnImageForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText();
  const allowed = useSetting('backends.boxImages') ?? [];
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
    const { image } = reading();
    if (image && (await changeSetting('backends.boxImages', (list) => [...list, image]))) onClose();
  });
  const faultOf = (member: Member) => {
    if (member === 'name' && wrong.has('taken')) return t('boxes.own.bad.taken');
    if (member === 'sshPort' && wrong.has('noWay')) return t('boxes.own.bad.noWay');
    return wrong.has(member) ? t(`boxes.own.bad.${member}`) : undefined;
  };
  return (
    <Dialog
      title={t('boxes.own.title')}
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
      <p className="max-w-prose text-soft">{t('boxes.own.means')}</p>
      {MEMBERS.map((member) => (
        <Field
          key={member}
          label={t(`boxes.own.label.${member}`)}
          help={t(`boxes.own.help.${member}`)}
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
