import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { wholeTexts } from './i18n.ts';

/** Thrown in place of a page whose file cannot be fetched: there is no connection, or a newer version has taken its place. */
export class PageNotLoadedError extends Error {
  override readonly name = 'PageNotLoadedError';
}

/** A page that is fetched when somebody goes there, with the messages that the first page had no need of. */
export function lazyPage<Name extends string, Props>(load: () => Promise<{ readonly [N in Name]: ComponentType<Props> }>, name: Name): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    try {
      const [file] = await Promise.all([load(), wholeTexts()]);
      return { default: file[name] };
    } catch (error) {
      throw new PageNotLoadedError(name, { cause: error });
    }
  });
}
