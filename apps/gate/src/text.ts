import { startI18n } from '@health-kit/ui';
import { en } from './texts/en.ts';
import { zh } from './texts/zh.ts';

/** The app's own texts, in the language in force. */
export const { useText } = startI18n({ en, zh });
