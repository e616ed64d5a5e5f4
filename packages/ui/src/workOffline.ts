/**
 * Has the app's service worker fetch every page of it, so that all of them open without a network. It begins when the
 * first page has what it needs, for on a slow network one would wait for the other.
 */
export function workOffline(worker: string, scope = '/'): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const register = () => void navigator.serviceWorker.register(worker, { scope });
  if (document.readyState === 'complete') register();
  else window.addEventListener('load', register, { once: true });
}
