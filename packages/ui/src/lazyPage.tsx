import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

/** Thrown in place of a page whose file cannot be fetched: there is no connection, or a newer version has taken its place. */
export class PageNotLoadedError extends Error {
  override readonly name = 'PageNotLoadedError';
}

/** A page that is fetched when somebody goes there. */
export function lazyPage<Name extends string, Props>(load: () => Promise<{ readonly [N in Name]: ComponentType<Props> }>, name: Name): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    try {
      return { default: (await load())[name] };
    } catch (error) {
      throw new PageNotLoadedError(name, { cause: error });
    }
  });
}
