import { CircleAlert } from 'lucide-react';
import type { BridgeError } from '../../bridge/failure.ts';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Notice } from '../../components/notice.tsx';
import { Reason } from '../../components/reason.tsx';
import { useText } from '../../i18n/use-text.ts';

export interface PassphraseProps {
  readonly value: string;
  readonly failure: BridgeError | undefined;
  readonly onChange: (value: string) => void;
  readonly onEnter: () => void;
}

/** The passphrase of a backup, with what is wrong with it; other failures stand below. */
export function Passphrase({ value, failure, onChange, onEnter }: PassphraseProps) {
  const { t, say } = useText();
  const wrong = failure?.code === 'backup.wrong-passphrase' ? say(failure.reason).message : undefined;
  return (
    <>
      <Field label={t('backup.passphrase')} error={wrong}>
        {(control) => (
          <Input {...control} type="password" most={1024} value={value} onChange={onChange} onEnter={onEnter} />
        )}
      </Field>
      {failure && wrong === undefined && <Failed failure={failure} />}
    </>
  );
}

export function Failed({ failure }: { failure: BridgeError }) {
  return (
    <div role="alert">
      <Notice tone="bad" icon={CircleAlert}>
        <Reason reason={failure.reason} />
      </Notice>
    </div>
  );
}
