import { CircleCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type BridgeError, toBridgeError } from '../../../bridge/failure.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Field } from '../../../components/field.tsx';
import { HoldButton } from '../../../components/hold-button.tsx';
import { Input } from '../../../components/input.tsx';
import { Notice } from '../../../components/notice.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Failed, useTry } from './failed.tsx';
import { lookAtWallet } from './store.ts';

/** Time to write twelve words by hand, and no more. */
const SHOWN_MS = 180_000;

/** The words, shown when they are held for and hidden again; then three of them are asked back. Nothing of them stays in the page. */
export function WordsSheet({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const [asking, setAsking] = useState(false);
  return (
    <Dialog sheet title={t('wallet.words.sheet')} onClose={onClose}>
      {asking ? (
        <AskBack onAgain={() => setAsking(false)} onClose={onClose} />
      ) : (
        <Reveal onWritten={() => setAsking(true)} />
      )}
    </Dialog>
  );
}

function Reveal({ onWritten }: { onWritten: () => void }) {
  const { t } = useText();
  const [words, setWords] = useState<readonly string[]>();
  const [, reveal, failure] = useTry(async () => {
    setWords((await engine().ask('wallet.words', undefined)).words.split(' '));
  });
  useEffect(() => {
    if (words === undefined) return;
    const timer = setTimeout(() => setWords(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <div className="space-y-3">
      <p>{t('wallet.words.lead')}</p>
      {words === undefined ? (
        <HoldButton label={t('wallet.words.hold')} help={t('wallet.words.holdHelp')} onHeld={reveal} />
      ) : (
        <>
          <ol aria-label={t('wallet.words.list')} className="grid grid-cols-2 gap-x-4 gap-y-1 rounded-md bg-sunken p-3">
            {words.map((word, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a word may come twice, and none changes its place
              <li key={index} className="flex gap-2 text-base">
                <span className="w-6 text-end text-soft tabular-nums">{index + 1}</span>
                <span className="font-medium">{word}</span>
              </li>
            ))}
          </ol>
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => setWords(undefined)}>{t('wallet.words.hide')}</Button>
            <Button
              look="main"
              onClick={() => {
                setWords(undefined);
                onWritten();
              }}
            >
              {t('wallet.words.written')}
            </Button>
          </div>
        </>
      )}
      <Failed failure={failure} />
    </div>
  );
}

/** The engine picks the places, and says only whether the words there are right. */
function AskBack({ onAgain, onClose }: { onAgain: () => void; onClose: () => void }) {
  const { t, f } = useText();
  const [positions, setPositions] = useState<readonly number[]>();
  const [typed, setTyped] = useState<readonly string[]>([]);
  const [wrong, setWrong] = useState<readonly number[]>([]);
  const [right, setRight] = useState(false);
  const [round, setRound] = useState(0);
  const [notAsked, setNotAsked] = useState<BridgeError>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round asks for other words
  useEffect(() => {
    let on = true;
    void engine()
      .ask('wallet.askWords', undefined)
      .then(
        (answer) => on && setPositions(answer.positions),
        (error) => on && setNotAsked(toBridgeError(error)),
      );
    return () => {
      on = false;
    };
  }, [round]);
  const [busy, check, failure] = useTry(async () => {
    if (positions?.some((_, n) => (typed[n] ?? '').trim() === '')) return;
    const answer = await engine().ask('wallet.proveWords', {
      words: (positions ?? []).map((_, n) => (typed[n] ?? '').trim().toLowerCase()),
    });
    setTyped([]);
    setRight(answer.right);
    setWrong(answer.wrong);
    if (answer.right) return lookAtWallet();
    // Nobody types for places that are no longer asked for while the next are on their way.
    setPositions(undefined);
    setRound(round + 1);
  });
  if (right) {
    return (
      <div className="space-y-3">
        <div role="status">
          <Notice tone="good" icon={CircleCheck}>
            {t('wallet.words.right')}
          </Notice>
        </div>
        <Button look="main" onClick={onClose}>
          {t('wallet.close')}
        </Button>
      </div>
    );
  }
  return (
    <div className="space-y-3">
      <p className="font-medium">{t('wallet.words.askTitle')}</p>
      {positions?.map((place, n) => (
        <Field key={place} label={t('wallet.words.place', { place })}>
          {(control) => (
            <Input
              {...control}
              value={typed[n] ?? ''}
              most={20}
              onChange={(word) => setTyped(positions.map((_, other) => (other === n ? word : (typed[other] ?? ''))))}
              onEnter={check}
            />
          )}
        </Field>
      ))}
      {wrong.length > 0 && (
        <p role="alert" className="text-bad">
          {t('wallet.words.wrong', { places: f.list(wrong.map(f.count)) })}
        </p>
      )}
      <Failed failure={notAsked ?? failure} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onAgain}>{t('wallet.words.again')}</Button>
        <Button look="main" busy={busy} onClick={check}>
          {t('wallet.words.check')}
        </Button>
      </div>
    </div>
  );
}
