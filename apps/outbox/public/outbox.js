// Renews the list when there is something new, and copies codes. The server renders; this only swaps what it rendered.
const renewEveryMs = 2000;
const copied = document.getElementById('copied');
const policy = globalThis.trustedTypes?.createPolicy('outbox', { createHTML: (text) => text }) ?? { createHTML: (text) => text };

async function renew() {
  const shown = document.querySelector('main');
  const { messages } = await (await fetch('/messages?limit=1')).json();
  if (String(messages[0]?.id ?? 0) === shown.dataset.newest) return;
  const text = await (await fetch(location.href)).text();
  // Parsed, not run: scripts of a parsed document stay dead.
  const next = new DOMParser().parseFromString(policy.createHTML(text), 'text/html');
  shown.replaceWith(next.querySelector('main'));
  document.querySelector('footer').replaceWith(next.querySelector('footer'));
}

async function renewForever() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, renewEveryMs));
    // While the system restarts there is nothing to fetch; the next round tries again.
    if (!document.hidden) await renew().catch(() => undefined);
  }
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-code]');
  if (button === null) return;
  await navigator.clipboard.writeText(button.dataset.code);
  copied.textContent = `已复制 Copied: ${button.dataset.code}`;
  setTimeout(() => (copied.textContent = ''), 3000);
});

void renewForever();
