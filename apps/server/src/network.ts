import { isIPv4, isIPv6 } from 'node:net';

/** The network that an address belongs to, as far as budgets tell networks apart: /24 of IPv4, /48 of IPv6; null for what is no address. */
export function networkOf(address: string): string | null {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(plain)) return null;
  const [head = '', tail] = (plain.split('%')[0] ?? '').split('::');
  const groups = groupsOf(head);
  // What `::` stands for is zeros; a part behind it reaches the first three groups only where it stands for few.
  const all = tail === undefined ? groups : [...groups, ...Array.from({ length: 8 - groups.length - groupsOf(tail).length }, () => '0'), ...groupsOf(tail)];
  return `${all.slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/48`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
}
