import { Button } from './Button.tsx';
import styles from './Page.module.css';

/** In place of an app whose texts cannot be fetched: in the two languages that everything is written in, for there is no other word. */
export function TextsNotLoaded() {
  return (
    <main className={styles.page} role="alert">
      <p lang="zh-Hans">应用未能加载。请检查网络，然后重新加载。</p>
      <p lang="en">The app could not be loaded. Check your connection, then reload.</p>
      <div><Button onClick={() => window.location.reload()}>重新加载 Reload</Button></div>
    </main>
  );
}
