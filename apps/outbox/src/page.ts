/** The page that stands in for everybody's telephone, in Chinese and English. */
import { codeIn, type Message, type Messages } from './messages.ts';

const phonesShown = 50;
const messagesEach = 20;

/** Makes text safe inside HTML elements and quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** The whole page: of one phone if `to` is given, else of the phones with the newest messages. */
export function page(messages: Messages, to: string | undefined, timeZone: string): string {
  const phones = to === undefined
    ? messages.byPhone({ phones: phonesShown, each: messagesEach })
    : [[to, messages.newest({ to, limit: 200 })] as const].filter(([, found]) => found.length > 0);
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return `<!doctype html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>仅供开发 · Text messages</title>
<link rel="stylesheet" href="/outbox.css">
<script src="/outbox.js" defer></script>
<noscript><meta http-equiv="refresh" content="3"></noscript>
</head>
<body>
<header>
<h1><span>仅供开发</span> <span lang="en">Development only</span></h1>
<p>这里代替手机短信网络：短信不会发出，只显示在本页。<br>
<span lang="en">This stands in for the telephone network: messages are shown here and sent to nobody.</span></p>
<form method="get" action="/" role="search">
<label for="to">手机号码 <span lang="en">Phone number</span></label>
<input id="to" name="to" type="tel" autocomplete="off" value="${escapeHtml(to ?? '')}">
<button type="submit">查看 <span lang="en">Show</span></button>
${to === undefined ? '' : '<a href="/">全部号码 <span lang="en">All numbers</span></a>'}
</form>
</header>
<main data-newest="${messages.newest({ limit: 1 })[0]?.id ?? 0}">
${phones.length === 0 ? emptyNotice(to) : phones.map(([phone, found]) => phoneSection(phone, found, time)).join('\n')}
</main>
<footer>
<p>共 ${messages.count} 条，页面自动更新，关闭后不保留。 <span lang="en">${messages.count} in all. This page renews itself; nothing is kept when the system stops.</span></p>
</footer>
<p id="copied" role="status"></p>
</body>
</html>
`;
}

function emptyNotice(to: string | undefined): string {
  return to === undefined
    ? '<p class="empty">还没有短信。 <span lang="en">No messages yet.</span></p>'
    : '<p class="empty">该号码没有短信。 <span lang="en">No messages for this number.</span></p>';
}

function phoneSection(phone: string, messages: readonly Message[], time: Intl.DateTimeFormat): string {
  return `<section>
<h2><a href="/?to=${encodeURIComponent(phone)}">${escapeHtml(phone)}</a></h2>
<ol>
${messages.map((message) => messageItem(message, time)).join('\n')}
</ol>
</section>`;
}

function messageItem({ text, kind, sentAtMs }: Message, time: Intl.DateTimeFormat): string {
  const code = codeIn(text);
  const button = code === null ? '' : `
<button type="button" data-code="${code}"><strong>${code}</strong> 复制 <span lang="en">Copy</span></button>`;
  return `<li>
<p class="about"><time datetime="${new Date(sentAtMs).toISOString()}">${time.format(sentAtMs)}</time> <span class="kind">${escapeHtml(kind)}</span></p>
<p class="text">${escapeHtml(text)}</p>${button}
</li>`;
}
