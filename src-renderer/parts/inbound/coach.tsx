import { useEffect, useState } from 'react';
import { engine } from '../../bridge/index.ts';
import { Fact, Facts } from '../../components/facts.tsx';
import { Field } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { type RouterMenus, routerBy, routers } from './routers.ts';

export interface CoachProps {
  /** What the router calls itself, where it does. */
  readonly name: string | null;
  readonly model: string | null;
  /** By its hardware address. */
  readonly maker: string | null;
  /** Where its pages are, most likely. */
  readonly address: string | null;
  /** What a rule made by hand would have to say. */
  readonly local: string | null;
  readonly port: number | undefined;
}

/** What the router's page calls itself; asked where nothing else tells what router it is, and only once it is looked at. */
function usePageTitle(asked: boolean): string | null {
  const [title, setTitle] = useState<string | null>(null);
  useEffect(() => {
    if (!asked) return;
    let here = true;
    // No answer is no news: its menus are chosen by hand then.
    void engine()
      .ask('reachability.routerTitle', undefined)
      .then((told) => here && setTitle(told.title))
      .catch(() => undefined);
    return () => {
      here = false;
    };
  }, [asked]);
  return title;
}

/** Leads through the menus of the user's own router, from a table that is in the app. `open`: it is looked at. */
export function Coach({ name, model, maker, address, local, port, open }: CoachProps & { open: boolean }) {
  const { t } = useText();
  const [chosen, choose] = useState<string | undefined>();
  // What the maker alone tells may be wrong for a router of another brand's making.
  const told = routerBy(`${name ?? ''} ${model ?? ''}`.trim());
  const title = usePageTitle(open && told === undefined && address !== null);
  const known = told ?? routerBy(title, maker);
  const menus = routers.find(({ id }) => id === (chosen ?? known?.id));
  const options = [
    { value: '', title: t('reach.coach.unknown') },
    ...routers.map((router) => ({ value: router.id, title: router.name })),
  ];
  const pages = menus?.pages ?? (address === null ? undefined : `http://${address}`);
  return (
    <div className="space-y-3">
      <Field label={t('reach.coach.router')}>
        {(control) => <Select {...control} value={menus?.id ?? ''} options={options} onChange={choose} />}
      </Field>
      <ol className="list-decimal space-y-2 ps-5">
        <li>{pages === undefined ? t('reach.coach.open') : t('reach.coach.openAt', { pages })}</li>
        <li>{menus ? <Path intro={t('reach.coach.allow')} steps={menus.allow} /> : t('reach.coach.allowAny')}</li>
        <li>{t('reach.coach.watch')}</li>
      </ol>
      <p className="font-medium">{t('reach.coach.byHand')}</p>
      {menus && (
        <p>
          <Path intro={t('reach.coach.forward')} steps={menus.forward} />
        </p>
      )}
      <Facts>
        <Fact name={t('reach.coach.ruleProtocol')}>{t('reach.coach.tcp')}</Fact>
        <Fact name={t('reach.coach.rulePort')}>{port === undefined ? '–' : String(port)}</Fact>
        <Fact name={t('reach.coach.ruleTo')}>{local === null ? '–' : <Text value={local} most={60} />}</Fact>
      </Facts>
      <p className="text-xs leading-4 text-soft">{t('reach.coach.versions')}</p>
    </div>
  );
}

function Path({ intro, steps }: { intro: string; steps: RouterMenus['allow'] }) {
  return (
    <>
      {intro} {/* Names of menus, as the maker writes them. */}
      <span className="font-medium" translate="no">
        {steps.join(' › ')}
      </span>
    </>
  );
}
