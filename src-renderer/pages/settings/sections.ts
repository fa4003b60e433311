// The sections of the settings, by the names that links to them have.
import {
  Bell,
  CircleArrowUp,
  Info,
  KeyRound,
  ListTree,
  type LucideIcon,
  ShieldCheck,
  SlidersHorizontal,
  Stethoscope,
  Trash2,
} from 'lucide-react';

export const sectionIds = [
  'general',
  'notifications',
  'privacy',
  'identity',
  'updates',
  'diagnostics',
  'remove',
  'about',
  'all',
] as const;
export type SectionId = (typeof sectionIds)[number];

export const sectionIcons: Record<SectionId, LucideIcon> = {
  general: SlidersHorizontal,
  notifications: Bell,
  privacy: ShieldCheck,
  identity: KeyRound,
  updates: CircleArrowUp,
  diagnostics: Stethoscope,
  remove: Trash2,
  about: Info,
  all: ListTree,
};

/** What an address means; the first section where it means nothing. It comes from outside. */
export function sectionOf(detail: string | undefined): SectionId {
  return sectionIds.find((id) => id === detail) ?? 'general';
}
