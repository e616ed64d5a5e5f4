import type { SameKeys } from '@health-kit/ui';

const en = {
  name: 'Name', kind: 'Kind', kinds: { 'test-site': 'Test site', laboratory: 'Laboratory' }, filterName: 'Filter by name',
  noInstitutions: 'No institutions yet', noInstitutionsText: 'Samplers and laboratory staff belong to one. Register it first, then invite them.',
  registerInstitution: 'Register an institution', institutionNameHint: 'As residents read it beside their results.', institutionRegistered: 'Registered: {{name}}',
  institution: 'Institution', choose: 'Choose…', filterStaff: 'Filter by name, role or office',
  staffCount_one: '{{count}} member of staff', staffCount_other: '{{count}} members of staff',
  invite: 'Invite a member of staff', unitHint: 'Orders need two units: a proposal is decided outside the unit it comes from.',
  makeInvitation: 'Make the invitation', lostPasskey: 'An invitation that was not used is renewed by inviting the same person again. A lost passkey: only the operator of the system can add another.',
  noFittingInstitution: 'There is no fitting institution yet. Register it first, under Institutions.',
  otherDuties: 'Somebody of this name in this office has other duties already. Invite them with their present unit, roles and institution, or write the name so that the two can be told apart.',
  invited: 'Invitation for {{name}}', invitedText: 'Good for one use, until {{time}}.',
  link: 'Link', linkCode: 'Invitation of {{name}} as QR code', linkWarning: 'Hand it over in person or over a channel you trust: whoever opens it first makes the passkey. It is shown only now.',
  inviteNext: 'Invite somebody else',
  errors: {
    institutionName: 'Enter the name of the institution', kind: 'Choose the kind of institution', name: 'Enter the name', office: 'Enter the office', unit: 'Enter the unit', institution: 'Choose the institution',
    roles: { none: 'Choose at least one role', many: 'One person has at most three roles', both: 'Tracer and medical officer exclude each other: who proposes orders does not decide them', watcher: 'A privacy officer has no other role: who watches over the others does nothing that is watched' },
  },
};
const zh: SameKeys<typeof en> = {
  name: '名称', kind: '类型', kinds: { 'test-site': '检测点', laboratory: '实验室' }, filterName: '按名称筛选',
  noInstitutions: '还没有机构', noInstitutionsText: '采样员和实验室人员须隶属于机构。请先登记机构，再邀请人员。',
  registerInstitution: '登记机构', institutionNameHint: '居民会在检测结果旁看到该名称。', institutionRegistered: '已登记：{{name}}',
  institution: '机构', choose: '请选择…', filterStaff: '按姓名、岗位或单位筛选',
  staffCount_one: '{{count}} 名工作人员', staffCount_other: '{{count}} 名工作人员',
  invite: '邀请工作人员', unitHint: '指令须经两个部门：提议须由提出部门以外的部门决定。',
  makeInvitation: '生成邀请', lostPasskey: '邀请未使用的，重新邀请本人即可更新。通行密钥丢失的，只能由系统运维人员重新办理。',
  noFittingInstitution: '还没有合适的机构，请先在“机构”中登记。',
  otherDuties: '该单位已有同名人员，但职责不同。请按其现有部门、岗位和机构邀请，或在姓名中加以区分。',
  invited: '{{name}}的邀请', invitedText: '仅可使用一次，有效至 {{time}}。',
  link: '链接', linkCode: '{{name}}的邀请二维码', linkWarning: '请当面或通过可信渠道交给本人：先打开的人即可创建通行密钥。链接仅在此时显示。',
  inviteNext: '邀请其他人',
  errors: {
    institutionName: '请填写机构名称', kind: '请选择机构类型', name: '请填写姓名', office: '请填写单位', unit: '请填写部门', institution: '请选择机构',
    roles: { none: '请至少选择一个岗位', many: '一人最多三个岗位', both: '流调员与医学官不能兼任：提议人不能作出决定', watcher: '隐私保护官不能兼任其他岗位：监督者不参与被监督的工作' },
  },
};
export const administrationTexts = { en, zh };
