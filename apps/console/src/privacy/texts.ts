import type { SameKeys } from '@health-kit/ui';
import { deedTexts } from './deeds.ts';

const en = {
  alarms: 'Alarms', noAlarms: 'No alarms', kind: 'What', about: 'About', last: 'Last', times: 'Times', state: 'State', acknowledge: 'Acknowledge', acknowledgedBy: 'Seen by {{name}}', everybody: 'The whole system', open: 'Waits',
  kinds: {
    'canary-touched': 'Touched a decoy record; account frozen', 'officer-budget': 'Went over the budget of people; account frozen',
    'everybody-budget': 'All officers together over the budget of a minute', 'one-time-codes': 'Wrong one-time codes at the budget of the hour',
    'registrations': 'Unusually many registrations', 'refused-sources': 'Very many addresses that are refused', 'ledger': 'The ledger does not verify',
    'emergency-lapsed': 'An emergency disclosure without its second approval', 'destruction-overdue': 'The destruction of old data is late',
    'watcher-dismissed': 'Administrator or privacy officer dismissed', 'watcher-frozen': 'Administrator or privacy officer frozen',
  },
  stopped: 'Frozen accounts', noStopped: 'Nobody is frozen', since: 'Frozen since', frozenBy: 'By', byItself: 'The vault itself', release: 'Let go on', releaseTitle: 'Let {{name}} go on',
  releaseText: 'The account can sign in again. Your passkey signs the reason, and the ledger keeps it.', reason: 'Reason', reasonFault: 'Give a reason of at least three characters.',
  freeze: 'Freeze', freezeTitle: 'Freeze an account', freezeText: 'The officer’s sessions end at once, and no passkey opens another.', officer: 'Officer', choose: 'Choose an officer', officerFault: 'Choose an officer.',
  budgets: 'Budgets of people', budgetKind: 'For what', minuteOfAll: 'All officers, last minute', busiest: 'Busiest officer', hour: 'Last hour', day: 'Last 24 hours', used: '{{used}} of {{limit}}', nobody: 'nobody',
  subjects: { desk: 'Registration desk', move: 'Accounts moved at the desk', specimen: 'Specimens', trace: 'Traces', resolution: 'Contacts found', proposal: 'Proposals', disclosure: 'Disclosures' },
  refusals: 'Refused within seven days', noRefusals: 'Nothing was refused', office: 'Office', operation: 'What', refusal: 'Why', count: 'Times', deeds: deedTexts.en,
  disclosures: 'Disclosures within 30 days', noDisclosures: 'Nothing was disclosed', purpose: 'Purpose', people: 'People', unconfirmed: 'Emergencies without a second officer',
  allReviewed: 'None waits for a review.', unreviewed: 'To review: {{count}}',
  ledger: 'Ledger', leaves: 'Entries', lastLeaf: 'Last entry', signedLeaves: 'Entries signed', signedAt: 'Last signed', none: 'none',
  witnesses: 'Witnesses', witness: 'Witness', cosignedLeaves: 'Entries cosigned', cosignedAt: 'Last cosigned', noWitnesses: 'No witness is set up: nobody outside vouches that the ledger only grows.',
  canaries: 'Decoy records', canariesText: 'Decoy records at present: {{count}}. Whoever touches one is frozen at once. Nobody is told which they are.', makeCanaries: 'Make {{count}} decoys', canariesMade: '{{count}} decoys were made.',
};
const zh: SameKeys<typeof en> = {
  alarms: '警报', noAlarms: '没有警报', kind: '事件', about: '涉及', last: '最近一次', times: '次数', state: '状态', acknowledge: '确认已知', acknowledgedBy: '{{name}} 已确认', everybody: '整个系统', open: '待确认',
  kinds: {
    'canary-touched': '触碰诱饵记录，账号已冻结', 'officer-budget': '查看人数超过上限，账号已冻结',
    'everybody-budget': '全体工作人员一分钟内超过上限', 'one-time-codes': '错误验证码达到每小时上限',
    'registrations': '注册数量异常', 'refused-sources': '大量来源的请求被拒绝', 'ledger': '账本校验失败',
    'emergency-lapsed': '紧急披露未获第二人批准', 'destruction-overdue': '到期数据的销毁逾期',
    'watcher-dismissed': '管理员或隐私保护官被解除职务', 'watcher-frozen': '管理员或隐私保护官被冻结',
  },
  stopped: '已冻结账号', noStopped: '没有冻结的账号', since: '冻结时间', frozenBy: '冻结人', byItself: '系统自动冻结', release: '解除冻结', releaseTitle: '解除对 {{name}} 的冻结',
  releaseText: '该账号可重新登录。您的通行密钥将对理由签名，并记入账本。', reason: '理由', reasonFault: '请填写至少三个字的理由。',
  freeze: '冻结', freezeTitle: '冻结账号', freezeText: '该工作人员的会话立即结束，且无法再用通行密钥登录。', officer: '工作人员', choose: '请选择工作人员', officerFault: '请选择工作人员。',
  budgets: '人数上限', budgetKind: '用途', minuteOfAll: '全体，最近一分钟', busiest: '人数最多者', hour: '最近一小时', day: '最近 24 小时', used: '{{used}} / {{limit}}', nobody: '无',
  subjects: { desk: '登记服务点', move: '现场转移健康码', specimen: '采样', trace: '流调', resolution: '查得接触者', proposal: '指令提议', disclosure: '披露' },
  refusals: '七天内的拒绝', noRefusals: '没有拒绝', office: '单位', operation: '操作', refusal: '原因', count: '次数', deeds: deedTexts.zh,
  disclosures: '30 天内的披露', noDisclosures: '没有披露', purpose: '用途', people: '人数', unconfirmed: '未获第二人批准的紧急披露',
  allReviewed: '没有待复核的披露。', unreviewed: '待复核：{{count}}',
  ledger: '账本', leaves: '条目数', lastLeaf: '最近条目', signedLeaves: '已签名条目数', signedAt: '最近签名', none: '无',
  witnesses: '见证方', witness: '见证方', cosignedLeaves: '已联署条目数', cosignedAt: '最近联署', noWitnesses: '未设置见证方：没有外部机构证明账本只增不改。',
  canaries: '诱饵记录', canariesText: '目前有 {{count}} 条诱饵记录。触碰者的账号立即冻结。任何人都不会被告知哪些是诱饵。', makeCanaries: '生成 {{count}} 条诱饵', canariesMade: '已生成 {{count}} 条诱饵。',
};
export const privacyTexts = { en, zh };
