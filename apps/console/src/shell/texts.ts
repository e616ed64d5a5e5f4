import type { SameKeys } from '@health-kit/ui';

const en = {
  name: 'Health pass console',
  navigation: 'Sections',
  welcome: '{{name}}',
  toHome: 'Go to the start page',
  notFoundTitle: 'There is no such page', notFound: 'The address may be mistyped, or what stood here is gone.',
  notPermittedTitle: 'Not part of your role', notPermitted: 'Your roles do not include this page. If they should, ask an administrator of your office.',
  shortcuts: 'Keyboard shortcuts',
  shortcutsOff: 'Switch single keys off', shortcutsOn: 'Switch single keys on', shortcutsAreOff: 'Single keys are switched off on this computer.',
  keys: {
    rows: 'Next and previous row (also the arrow keys)', open: 'Open or unfold the row', select: 'Select the row', filter: 'Go to the filter',
    next: 'Next person, next page of a list', sections: 'Section of that number', help: 'Show this list',
  },
  sections: {
    home: { name: 'Start', words: '' },
    desk: { name: 'Registration desk', words: 'See a resident’s document and prove their identity.' },
    sampling: { name: 'Sampling', words: 'Scan pass and tube; the specimen is registered.' },
    laboratory: { name: 'Laboratory', words: 'Specimens that wait, and results.' },
    system: { name: 'Laboratory system', words: 'Connect the laboratory’s own system by FHIR.' },
    cases: { name: 'Cases', words: 'Confirmed infections, their contacts, and how far each case is.' },
    orders: { name: 'Orders', words: 'Proposals, and the decision of a second officer.' },
    counts: { name: 'Public numbers', words: 'Orders made per day and kind, as everybody sees them.' },
    staff: { name: 'Staff', words: 'Who works here, and invitations.' },
    invitations: { name: 'Invitations', words: 'Confirm what another officer invited.' },
    institutions: { name: 'Institutions', words: 'Test sites and laboratories.' },
    passkeys: { name: 'My passkeys', words: 'The passkeys you sign in with; add a second one.' },
  },
  waiting: {
    specimens_one: 'specimen waits', specimens_other: 'specimens wait',
    cases_one: 'new case', cases_other: 'new cases',
    proposals_one: 'proposal waits for your decision', proposals_other: 'proposals wait for your decision',
  },
};
const zh: SameKeys<typeof en> = {
  name: '健康码工作台',
  navigation: '栏目',
  welcome: '{{name}}',
  toHome: '前往首页',
  notFoundTitle: '没有这个页面', notFound: '网址可能有误，或内容已不存在。',
  notPermittedTitle: '不属于您的岗位', notPermitted: '您的岗位不包含此页面。如有需要，请联系本单位管理员。',
  shortcuts: '键盘快捷键',
  shortcutsOff: '关闭单键快捷键', shortcutsOn: '开启单键快捷键', shortcutsAreOff: '本机已关闭单键快捷键。',
  keys: {
    rows: '下一行、上一行（也可用方向键）', open: '打开或展开该行', select: '选中该行', filter: '转到筛选框',
    next: '下一位，或列表的下一页', sections: '打开对应编号的栏目', help: '显示本列表',
  },
  sections: {
    home: { name: '首页', words: '' },
    desk: { name: '登记服务点', words: '查验居民证件，核验身份。' },
    sampling: { name: '采样', words: '扫描健康码和采样管，登记样本。' },
    laboratory: { name: '实验室', words: '待检样本与检测结果。' },
    system: { name: '实验室系统', words: '通过 FHIR 接入实验室自有系统。' },
    cases: { name: '病例', words: '确诊病例、接触者及办理进度。' },
    orders: { name: '观察与检测指令', words: '查看提议，由另一名人员作出决定。' },
    counts: { name: '公开数据', words: '每日各类指令的数量，与公众所见一致。' },
    staff: { name: '工作人员', words: '人员名单与邀请。' },
    invitations: { name: '邀请', words: '确认其他人员发出的邀请。' },
    institutions: { name: '机构', words: '检测点与实验室。' },
    passkeys: { name: '我的通行密钥', words: '用于登录的通行密钥；可再添加一个。' },
  },
  waiting: {
    specimens_one: '份样本待检', specimens_other: '份样本待检',
    cases_one: '个新病例', cases_other: '个新病例',
    proposals_one: '项提议待您决定', proposals_other: '项提议待您决定',
  },
};
export const shellTexts = { en, zh };
