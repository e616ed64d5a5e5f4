import { startI18n, type Messages } from '@health-kit/ui';
import type { texts as english } from './texts/en.ts';

/** The app's own texts, in the language in force; each file of the folder is a language, which the build parts in two. */
export const { useText, loaded } = startI18n<typeof english>(
  import.meta.glob<Messages>(['./texts/*.ts', '!./texts/*.test.ts'], { import: 'texts', query: '?first' }),
  import.meta.glob<Messages>(['./texts/*.ts', '!./texts/*.test.ts'], { import: 'texts', query: '?rest' }),
);
