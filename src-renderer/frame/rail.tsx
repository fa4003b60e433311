import { Mark } from '../components/mark.tsx';
import { Tooltip } from '../components/tooltip.tsx';
import { useText } from '../i18n/use-text.ts';
import { ariaKeys, isMac } from '../keys.ts';
import { hrefOf, type PlaceId, placeIds, places, type RailPlaceId } from '../places.ts';

/** The way between the places: words where there is room, shapes with names where there is little, a bar below on a phone. */
export function Rail({ here }: { here: PlaceId }) {
  const { t } = useText();
  return (
    <nav
      aria-label={t('frame.places')}
      className="z-10 border-line bg-panel max-sm:order-last max-sm:border-t max-sm:roomy:sticky max-sm:roomy:bottom-0 sm:shrink-0 sm:border-e"
    >
      <div className="sm:flex sm:flex-col sm:gap-4 sm:px-2 sm:py-3 sm:roomy:sticky sm:roomy:top-0 wide:w-52 wide:px-3">
        <p className="hidden h-9 items-center gap-2.5 px-1 sm:flex">
          <Mark />
          <span className="hidden text-lg font-semibold tracking-tight wide:inline">Hearth</span>
        </p>
        <ul className="flex justify-between sm:flex-col sm:gap-1">
          {placeIds.map((id, index) => (
            <li key={id} className="min-w-0 flex-1">
              <Tooltip text={t(places[id].title)} narrow>
                <PlaceLink id={id} number={index + 1} current={id === here} title={t(places[id].title)} />
              </Tooltip>
            </li>
          ))}
        </ul>
      </div>
    </nav>
  );
}

interface PlaceLinkProps {
  readonly id: RailPlaceId;
  readonly number: number;
  readonly current: boolean;
  readonly title: string;
}

function PlaceLink({ id, number, current, title }: PlaceLinkProps) {
  const { icon: Icon } = places[id];
  return (
    <a
      href={hrefOf(id)}
      aria-current={current ? 'page' : undefined}
      aria-keyshortcuts={ariaKeys(`Mod+${number}`, isMac())}
      className={`relative flex min-h-10 items-center justify-center gap-3 rounded-md -outline-offset-2 wide:justify-start wide:px-3 ${
        current
          ? 'bg-sunken font-semibold text-ink before:absolute before:inset-y-2 before:start-0 before:w-1 before:rounded-full before:bg-accent max-sm:before:inset-x-2 max-sm:before:inset-y-auto max-sm:before:top-0 max-sm:before:h-0.5 max-sm:before:w-auto forced-colors:before:bg-[Highlight]'
          : 'text-soft hover:bg-sunken hover:text-ink'
      }`}
    >
      <Icon aria-hidden="true" size={19} className={current ? 'text-accent' : ''} />
      <span className="sr-only wide:not-sr-only">{title}</span>
    </a>
  );
}
