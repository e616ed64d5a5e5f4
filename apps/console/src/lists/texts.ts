import type { SameKeys } from '@health-kit/ui';

const en = {
  filter: 'Filter', filterNone: 'Nothing in this list contains “{{text}}”.', clearFilter: 'Clear the filter',
  previous: 'Previous page', next: 'Next page', page: 'Page {{page}}', updated: 'Updated {{time}}', refresh: 'Refresh',
};
const zh: SameKeys<typeof en> = {
  filter: '筛选', filterNone: '列表中没有包含“{{text}}”的内容。', clearFilter: '清除筛选',
  previous: '上一页', next: '下一页', page: '第 {{page}} 页', updated: '{{time}} 更新', refresh: '刷新',
};
export const listsTexts = { en, zh };
